"""Tries every way into another process that the kernel has for its own user: attack.py PID. Prints FOUND-name for each that worked."""
import ctypes
import os
import sys

victim = sys.argv[1]
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.restype = ctypes.c_long
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
ATTACH, DETACH, SEIZE = 16, 17, 0x4206
PIDFD_OPEN, PIDFD_GETFD, PROCESS_VM_READV = 434, 438, 310
if os.uname().machine == "aarch64":
    PROCESS_VM_READV = 270


def read(name):
    with open("/proc/%s/%s" % (victim, name), "rb") as file:
        return file.read(16)


def first_mapping():
    with open("/proc/%s/maps" % victim) as maps:
        return int(maps.readline().split("-")[0], 16)


def memory():
    with open("/proc/%s/mem" % victim, "rb") as file:
        file.seek(first_mapping())
        return file.read(4)


def vm_readv():
    class Piece(ctypes.Structure):
        _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]

    # Its address does not matter: an address that is not there is EFAULT, and only a stranger gets EPERM.
    local = ctypes.create_string_buffer(4)
    here = Piece(ctypes.addressof(local), 4)
    there = Piece(4096, 4)
    ctypes.set_errno(0)
    # The last one goes over the stack, where the upper half of an int is whatever was there.
    one, none = ctypes.c_long(1), ctypes.c_long(0)
    libc.syscall(ctypes.c_long(PROCESS_VM_READV), ctypes.c_long(int(victim)), ctypes.byref(here), one, ctypes.byref(there), one, none)
    return ctypes.get_errno() == 14


def trace():
    if libc.ptrace(SEIZE, int(victim), None, None) != 0:
        return False
    libc.ptrace(DETACH, int(victim), None, None)
    return True


def descriptor():
    process = libc.syscall(PIDFD_OPEN, int(victim), 0)
    return process >= 0 and libc.syscall(PIDFD_GETFD, process, 0, 0) >= 0


ways = {
    "environ": lambda: read("environ"),
    "maps": lambda: read("maps"),
    "mem": memory,
    "fd": lambda: os.listdir("/proc/%s/fd" % victim) and os.readlink("/proc/%s/fd/0" % victim),
    "cwd": lambda: os.readlink("/proc/%s/cwd" % victim),
    "root": lambda: os.listdir("/proc/%s/root/" % victim),
    "syscall": lambda: read("syscall"),
    "auxv": lambda: read("auxv"),
    "vm-readv": vm_readv,
    "ptrace": trace,
    "pidfd-getfd": descriptor,
    "kill": lambda: os.kill(int(victim), 0) is None,
}
for name, way in ways.items():
    try:
        worked = way()
    except OSError:
        worked = False
    print(("FOUND-" if worked else "refused-") + name)
