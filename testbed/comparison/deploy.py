"""What deploy.sh of specs/greeter does, for pyinfra: the same operations on the same files."""

from pyinfra import host
from pyinfra.facts.server import Command
from pyinfra.operations import apt, files, pip, server, systemd

PACKAGE = host.data.package

apt.packages(
    packages=["curl", "iproute2", "jq", "python3", "python3-venv", "ufw"], no_recommends=True
)
server.group(group="greeter", system=True)
server.user(
    user="greeter",
    group="greeter",
    system=True,
    shell="/usr/sbin/nologin",
    home="/opt/greeter",
    ensure_home=False,
)
files.directory(path="/opt/greeter", user="greeter", group="greeter", mode="755")
files.directory(path="/etc/greeter", user="root", group="root", mode="755")
for name in ["greeter.py", "requirements.txt"]:
    files.put(
        src=f"{PACKAGE}/app/{name}",
        dest=f"/opt/greeter/{name}",
        user="greeter",
        group="greeter",
        mode="644",
    )
pip.packages(
    packages=[line for line in open(f"{PACKAGE}/app/requirements.txt").read().split() if line],
    virtualenv="/opt/greeter/venv",
    extra_install_args="--no-index --find-links /root/package/app/wheels",
)
for path, mode in [
    ("etc/systemd/system/greeter.service", "644"),
    ("etc/systemd/system/greeter-disk-monitor.service", "644"),
    ("etc/systemd/system/greeter-disk-monitor.timer", "644"),
    ("etc/systemd/journald.conf.d/50-specc-greeter.conf", "644"),
    ("usr/local/lib/greeter-disk-monitor", "755"),
]:
    files.put(src=f"{PACKAGE}/rootfs/{path}", dest=f"/{path}", user="root", group="root", mode=mode)
for unit in ["greeter.service", "greeter-disk-monitor.service", "greeter-disk-monitor.timer"]:
    host.get_fact(Command, f"systemd-analyze verify {unit} 2>&1; true")
files.file(path="/etc/greeter/greeter.env", user="root", group="root", mode="600")
firewall = host.get_fact(Command, "ufw status verbose")
assert "8080/tcp" in firewall and "deny (incoming)" in firewall
systemd.service(service="greeter.service", running=True, enabled=True)
assert "healthy" in host.get_fact(Command, "curl --silent --fail http://127.0.0.1:8080/health")
systemd.service(service="greeter-disk-monitor.timer", running=True, enabled=True)
sshd = host.get_fact(Command, "sshd -T")
assert "passwordauthentication no" in sshd and "kbdinteractiveauthentication no" in sshd
