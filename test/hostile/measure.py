"""Runs one launcher with hundreds of packages behind it, one after the other, and measures each run.

usage: measure.py LAUNCHER LAUNCHER_SIZE CPU_SECONDS
Standard input: one JSON object a line, {"behind": a file, "argv": [...], "env": {...}, "cwd": ...}.
Standard output: one a line, {"status": ..., "said": what it printed, "kilobytes": of memory at most, "seconds": of processor time}.

LAUNCHER is a copy to write to: each package is put behind it in place, because a launcher can be a hundred megabytes.
"""

import json
import os
import resource
import sys
import tempfile

launcher, size, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])

for line in sys.stdin:
    call = json.loads(line)
    with open(call["behind"], "rb") as behind, open(launcher, "r+b") as file:
        file.truncate(size)
        file.seek(size)
        file.write(behind.read())
    with tempfile.TemporaryFile() as said:
        child = os.fork()
        if child == 0:
            os.chdir(call["cwd"])
            null = os.open("/dev/null", os.O_RDONLY)
            os.dup2(null, 0)
            os.dup2(said.fileno(), 1)
            os.dup2(said.fileno(), 2)
            # A reader that hangs is stopped; the next second kills what ignores that.
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
            os.execve(launcher, call["argv"], call["env"])
        _, status, usage = os.wait4(child, 0)
        said.seek(0)
        text = said.read().decode("utf-8", "replace")
    found = {
        "status": os.waitstatus_to_exitcode(status),
        "said": text,
        "kilobytes": usage.ru_maxrss,
        "seconds": usage.ru_utime + usage.ru_stime,
    }
    print(json.dumps(found), flush=True)
