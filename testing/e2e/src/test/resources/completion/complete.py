"""Types a line and a tab into an interactive shell on a terminal of its own, and prints the words that the line became.

complete.py SETUP LINE SHELL...; a function `keymantle` in the shell prints its words instead of doing what they say, but for
`keymantle completion`, by which the scripts ask the broker.
"""
import os
import pty
import re
import select
import sys
import time

setup, line, shell = sys.argv[1], sys.argv[2], sys.argv[3:]
child, terminal = pty.fork()
if child == 0:
    os.environ["TERM"] = "dumb"
    os.execvp(shell[0], shell)


def read_until(mark, seconds=60):
    text = ""
    end = time.monotonic() + seconds
    while mark not in text and time.monotonic() < end:
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                text += os.read(terminal, 4096).decode(errors="replace")
            except OSError:
                break
    return text


# The shell puts the marks together: what it echoes of the typed lines does not hold them.
shown = 'keymantle() { if [ "$1" = completion ]; then command keymantle "$@"; else echo "be""gin $* e""nd"; fi; }'
os.write(terminal, (shown + "; " + setup + "; echo re''ady\n").encode())
read_until("ready\r")
os.write(terminal, (line + "\t").encode())
os.write(terminal, b"\n")
text = read_until(" end\r")
found = re.findall(r"begin (.*?) end\r", text, re.S)
print(found[-1] if found else "nothing in " + repr(text))
os.close(terminal)
