//! What a deployment that has nothing to do costs beside Ansible and pyinfra, and a hundred file checks beside testinfra.
//!
//!     pip install -r testbed/comparison/requirements.txt      # into an environment that PATH leads to
//!     cargo build --bin specc && cargo run -p specc-testbed --example comparison
//!
//! In: the greeter, deployed on a machine of the testbed; the same operations as a playbook and as a pyinfra deploy. All
//! come in over SSH from here and must report that nothing was changed. The file checks run on this host, without a
//! machine. The tools take turns, so that a busy moment of the host hits all of them. Out: medians and ratios.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use specc_testbed::{Deployed, Image, Package, Release};

/// How often each tool runs the checks of files; the first time is not counted.
const CHECK_RUNS: usize = 9;

/// How often each tool deploys.
const DEPLOYMENT_RUNS: usize = 3;

/// One of the tools: its name, how it is run, and what its output says when all is as it should be.
struct Tool {
    name: &'static str,
    command: Command,
    done: &'static str,
}

fn main() -> Result<()> {
    hundred_files()?;
    deployment_without_work()
}

fn deployment_without_work() -> Result<()> {
    let image = Image::ready(Release::chosen()?)?;
    let package = Package::compiled("specs/greeter/DEPLOYMENT-SPEC.md", "greeter", "greeter.py")?;
    let machine = Deployed::ready("greeter", &image, &package)?.machine()?;
    let ssh = machine.ssh_configuration();
    // Ansible's module for Python packages wants this library on the server; pip brings a copy, which wants pip.
    let library = "cd /opt/greeter/venv/lib/python3*/site-packages && cp -r pip pip/_vendor/packaging /usr/lib/python3/dist-packages/";
    machine.run(library)?.success()?;

    let mut ours = Command::new("ssh");
    ours.arg("-F").arg(ssh).args(["machine", "/root/package/deploy.sh"]);
    let mut ansible = Command::new("ansible-playbook");
    ansible
        .args(["--inventory", "machine,", "--user", "root", "--ssh-common-args"])
        .arg(format!("-F {}", ssh.display()));
    ansible
        .arg("--extra-vars")
        .arg(format!("package={}", package.path().display()))
        .arg(directory().join("playbook.yml"));
    // The fastest that it has.
    ansible.env("ANSIBLE_PIPELINING", "true").env("ANSIBLE_HOST_KEY_CHECKING", "false");
    let mut pyinfra = Command::new("pyinfra");
    pyinfra.arg("--data").arg(format!("ssh_config_file={}", ssh.display())).arg("--data");
    pyinfra
        .arg(format!("package={}", package.path().display()))
        .args(["-y", "@ssh/machine"])
        .arg(directory().join("deploy.py"));
    report(
        "a deployment without work",
        DEPLOYMENT_RUNS,
        vec![
            Tool { name: "deploy.sh", command: ours, done: "0 changed," },
            Tool { name: "Ansible", command: ansible, done: "changed=0 unreachable=0 failed=0" },
            Tool { name: "pyinfra", command: pyinfra, done: "Grand total 16 - - 16" },
        ],
    )
}

fn hundred_files() -> Result<()> {
    let place = tempfile::tempdir()?;
    let files = place.path().join("files");
    fs::create_dir(&files)?;
    let mut specification = "# DEPLOYMENT-SPEC.md — Files\n\n## Service Definition\n- **Service name**: filer\n\
         - **Application**: `/usr/bin/sleep infinity`\n\n## Security Requirements\n"
        .to_owned();
    for number in 0..50 {
        let file = files.join(format!("file-{number:02}.conf"));
        fs::write(&file, "")?;
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640))?;
        specification.push_str(&format!("- [ ] Permissions of {}: 0640, owned by root:root\n", file.display()));
    }
    fs::write(place.path().join("DEPLOYMENT-SPEC.md"), specification)?;
    let out = place.path().join("out");
    let program = std::env::current_exe()?;
    let built = Command::new(program.ancestors().nth(2).context("not run by cargo")?.join("specc"))
        .arg("build")
        .arg(place.path().join("DEPLOYMENT-SPEC.md"))
        .arg("-o")
        .arg(&out)
        .output()?;
    ensure!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));

    let mut ours = Command::new(out.join("validate-deployment.sh"));
    for number in 0..50 {
        for field in ["owner", "mode"] {
            let path = files.join(format!("file-{number:02}.conf")).display().to_string().replace('/', "-");
            ours.arg("--check").arg(format!("file-permissions.{field}{path}"));
        }
    }
    let mut testinfra = Command::new("pytest");
    testinfra.args(["-q", "-p", "no:cacheprovider"]).arg(directory().join("test_files.py")).env("FILES", &files);
    report(
        "a hundred file checks",
        CHECK_RUNS,
        vec![
            Tool { name: "validate-deployment.sh", command: ours, done: "100 passed, 0 failed" },
            Tool { name: "testinfra", command: testinfra, done: "100 passed" },
        ],
    )
}

/// The playbook and its like.
fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("comparison")
}

fn report(what: &str, runs: usize, mut tools: Vec<Tool>) -> Result<()> {
    let mut times = vec![Vec::with_capacity(runs); tools.len()];
    for round in 0..=runs {
        for (tool, times) in tools.iter_mut().zip(&mut times) {
            let time = tool.run()?;
            if round > 0 {
                times.push(time);
            }
        }
    }
    let medians: Vec<f64> = times.iter_mut().map(|times| median(times).as_secs_f64()).collect();
    println!("{what}, medians of {runs} runs:");
    for (tool, median) in tools.iter().zip(&medians) {
        println!("  {:24} {median:>8.2} s  {:>5.1} times {}", tool.name, median / medians[0], tools[0].name);
    }
    Ok(())
}

impl Tool {
    fn run(&mut self) -> Result<Duration> {
        let start = Instant::now();
        let output = self.command.output().with_context(|| format!("cannot run {}", self.name))?;
        let time = start.elapsed();
        let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        // Columns are as wide as what stands in them.
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        ensure!(
            output.status.success() && words.contains(self.done),
            "{} says something else than \"{}\":\n{text}",
            self.name,
            self.done
        );
        Ok(time)
    }
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
