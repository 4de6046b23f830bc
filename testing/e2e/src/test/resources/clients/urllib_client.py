import os, sys, urllib.request

request = urllib.request.Request(sys.argv[1], headers={"Authorization": f"Bearer {os.environ['GITHUB_TOKEN']}"})
with urllib.request.urlopen(request, timeout=20) as reply:
    print(reply.status, reply.read().decode())
