import os, sys, requests

reply = requests.get(sys.argv[1], headers={"Authorization": f"Bearer {os.environ['GITHUB_TOKEN']}"}, timeout=20)
print(reply.status_code, reply.text)
