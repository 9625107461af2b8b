"""Clients of an Open Inference Protocol server that ask until it closes their connections.

usage: clients.py URL COUNT

Each keeps one connection and sends its next request when the last was answered. A request that was
sent whole and got no answer ends the program with status 1; a connection that is refused, or closed
before anything was sent on it, is how a server ends. Prints how many requests were answered.
"""

import http.client
import json
import sys
import threading
import urllib.parse

url = urllib.parse.urlparse(sys.argv[1])
body = json.dumps({"inputs": [{"name": "image", "shape": [1, 1, 28, 28], "datatype": "FP32",
                               "data": [0.5] * 784}]})
answered = []
lost = []


def ask():
    count = 0
    try:
        connection = http.client.HTTPConnection(url.hostname, url.port, timeout=20)
        connection.connect()
        while True:
            connection.request("POST", url.path, body)
            answer = connection.getresponse()
            text = answer.read()
            if answer.status != 200:
                lost.append(f"{answer.status}: {text[:200]!r}")
                break
            count += 1
            if answer.getheader("Connection") == "close":
                break
    except ConnectionRefusedError:
        pass
    except (OSError, http.client.HTTPException) as error:
        lost.append(repr(error))
    answered.append(count)


threads = [threading.Thread(target=ask) for _ in range(int(sys.argv[2]))]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
for problem in lost:
    print(problem, file=sys.stderr)
print(sum(answered))
sys.exit(1 if lost else 0)
