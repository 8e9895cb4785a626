"""A vault of its own on a real mount, for whoever lets programs work in it; nothing outside of its folder is touched."""
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time


class Lost(Exception):
    """Something did not come out as it had to."""


class MountedVault:
    """A fresh folder with a vault, and the place where it is mounted. All work on the mount is done by children."""

    def __init__(self, program):
        self.program = program
        self.top = tempfile.mkdtemp(prefix="cbstore-torture-")
        os.chmod(self.top, 0o711)
        self.place, self.outside = self.top + "/mount", self.top + "/outside"
        for name in ("mount", "outside", "user", "run"):
            os.mkdir(f"{self.top}/{name}", 0o700)
        self.environment = dict(
            os.environ, HOME=self.top + "/user", XDG_RUNTIME_DIR=self.top + "/run", CBSTORE_HOME=self.top + "/home",
            LANG="C.UTF-8", OUTSIDE=self.outside, TOOLS=os.path.dirname(os.path.abspath(__file__)),
            PYTHONDONTWRITEBYTECODE="1")
        self.server = None
        self.verb("init", "--no-passphrase")

    def verb(self, *arguments, limit=60):
        return self.run([self.program, *arguments], "cbstore " + arguments[0], self.top, limit)

    def mount(self):
        """Mounts, and tells how many seconds that took, from the start of the command to its end."""
        start = time.monotonic()
        # Only root may let others in without being allowed to by the machine's settings.
        self.verb("mount", self.place, *(["-o", "allow_other"] if os.geteuid() == 0 else []))
        taken = time.monotonic() - start
        self.server = json.loads(self.verb("status", "--json"))["pid"]
        return taken

    def unmount(self):
        self.verb("umount", self.place)
        self.server = None

    def kill(self):
        """Kills the serving process, and waits for its end."""
        os.kill(self.server, signal.SIGKILL)
        while self.is_served():
            time.sleep(0.001)

    def is_served(self):
        try:
            with open(f"/proc/{self.server}/stat") as file:
                return file.read().rpartition(")")[2].split()[0] != "Z"
        except OSError:
            return False

    def shell(self, script, limit=300):
        """Runs a script of bash in the mounted folder; what it printed."""
        return self.run(["bash", "-euo", "pipefail", "-c", script], script, self.place, limit)

    def python(self, name, *arguments, limit=300):
        """Runs a program that lies beside this file in the mounted folder."""
        return self.run(["python3", f"{self.environment['TOOLS']}/{name}", *map(str, arguments)], name, self.place, limit)

    def start(self, arguments, folder, **options):
        """A child in a folder of the mount, entered by itself: this process makes no call there."""
        return subprocess.Popen(
            ["env", "-C", folder, *arguments], env=self.environment, stdin=subprocess.DEVNULL, start_new_session=True,
            **options)

    def run(self, arguments, name, folder, limit):
        child = self.start(arguments, folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, errors="replace")
        try:
            output, errors = child.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            self.abort()
            os.killpg(child.pid, signal.SIGKILL)
            child.communicate()
            raise Lost(f"not done within {limit} s: {name.strip()}")
        if child.returncode != 0:
            raise Lost(f"status {child.returncode} of: {name.strip()}\n{output[-2000:]}\n{errors[-2000:]}")
        return output

    def abort(self):
        """Frees whoever is stuck in the mount: cuts its connection to the kernel, or else ends the server."""
        minor = next((line.split()[2].split(":")[1] for line in open("/proc/self/mountinfo") if self.is_of(line)), "none")
        try:
            with open(f"/sys/fs/fuse/connections/{minor}/abort", "w") as control:
                control.write("1")
        except OSError:
            if self.server:
                os.kill(self.server, signal.SIGKILL)

    def is_of(self, line):
        """Whether a line of the mount table is about this mount."""
        return line.split()[4] == self.place

    def clear(self):
        """Takes away the mount, the process that serves it, and the folder."""
        if any(map(self.is_of, open("/proc/self/mountinfo"))):
            self.abort()
            subprocess.run(["fusermount3", "-uz", self.place], stderr=subprocess.DEVNULL)
        if self.server and self.is_served():
            os.kill(self.server, signal.SIGKILL)
        shutil.rmtree(self.top, ignore_errors=True)
