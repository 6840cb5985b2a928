//! How the proxy is proven, and what to do when it does not answer.
//!
//! In: the front and the facts about it. Out: checks of what nginx serves, not of what its files say, and the runbook entry.

use super::front::{Front, site_path};
use super::{Facts, site};
use crate::capabilities::{Binding, Capability as _, ReverseProxy};
use crate::plan::{
    Expectation, HealthGate, Layer, Observer, PlanBuilder, Probe, ProbeId, Provenance, ProxyObserver, RunbookEntry,
    RunbookStep,
};
use crate::value::{Bytes, Endpoint, Port, Protocol, Seconds};

const ACTIVE: &str = "reverse-proxy.active";
const SITE: &str = "reverse-proxy.site";
const ANSWERS: &str = "reverse-proxy.answers";
const ANCHOR: &str = "proxy";
const UNIT: &str = "nginx.service";

/// Adds the checks and the chapter.
pub(super) fn contribute(front: &Front, own: Option<&Binding<Facts>>, ports: &[Port], plan: &mut PlanBuilder) {
    let why = &front.provenance;
    process(why, plan);
    upstream(front, own, plan);
    for port in ports {
        sockets(*port, why, plan);
    }
    answers(front, plan);
    behind(front, plan);
    if let Some(binding) = own {
        details(front, binding, plan);
    }
    plan.runbook(runbook(front, why.clone()));
}

/// A check of this capability.
fn probe(
    name: &str,
    layer: Layer,
    title: impl Into<String>,
    observer: Observer,
    expectation: Expectation,
    why: &Provenance,
) -> Probe {
    let id = format!("{}.{name}", ReverseProxy::NAME);
    Probe::new(id, layer, title, observer, expectation, why.clone())
        .advice("nginx -t; systemctl status nginx; journalctl -u nginx -n 20")
        .runbook(ANCHOR)
}

fn equals(text: &str) -> Expectation {
    Expectation::Equals(text.to_owned())
}

/// nginx runs, comes back after a reboot, and with this site.
fn process(why: &Provenance, plan: &mut PlanBuilder) {
    let unit = UNIT.to_owned();
    let property = Observer::UnitProperty { unit: unit.clone(), property: "ActiveState" };
    plan.probe(probe("active", Layer::Service, "nginx is active", property, equals("active"), why));
    let enabled = Observer::UnitEnabled { unit };
    plan.probe(probe("at-boot", Layer::Service, "nginx starts at boot", enabled, equals("enabled"), why));
    let valid = Observer::Proxy(ProxyObserver::Configuration);
    plan.probe(
        probe("configuration", Layer::Service, "nginx takes its configuration", valid, equals("valid"), why)
            .needs("root")
            .needs("nginx"),
    );
    let Some(path) = site_path(&plan.service) else { return };
    let current = Observer::Proxy(ProxyObserver::Site { path });
    plan.probe(
        probe("site", Layer::Service, "nginx runs with the site as it is on disk", current, equals("current"), why)
            .after(ACTIVE)
            .after("reverse-proxy.configuration")
            .needs("root")
            .needs("nginx"),
    );
}

/// Requests go to the service, in each place that passes some on: whoever answers in its stead answers the other checks, too.
fn upstream(front: &Front, own: Option<&Binding<Facts>>, plan: &mut PlanBuilder) {
    let Some(path) = site_path(&plan.service) else { return };
    let observer = Observer::Proxy(ProxyObserver::Setting { path, name: "proxy_pass" });
    let places = site::proxied_paths(own).len();
    let passes = vec![format!("http://{}", front.upstream); places].join(" ");
    let title = format!("nginx passes requests on to {}", front.upstream);
    plan.probe(
        probe("upstream", Layer::Network, title, observer, equals(&passes), &front.core)
            .after(SITE)
            .advice("nginx -T | grep proxy_pass")
            .needs("root")
            .needs("nginx"),
    );
}

/// The ports are nginx's, and open to others.
fn sockets(port: Port, why: &Provenance, plan: &mut PlanBuilder) {
    let observer = Observer::ListenerUnit { port, protocol: Protocol::Tcp, unit: UNIT.to_owned() };
    let title = format!("port {port} is held by nginx and nobody else");
    plan.probe(
        probe(&format!("port-{port}"), Layer::Network, title, observer, equals("yes"), why)
            .after(ACTIVE)
            .advice(format!("ss -lntp 'sport = :{port}'; systemctl status nginx"))
            .needs("root")
            .needs("ss"),
    );
    let endpoint = Endpoint { port, protocol: Protocol::Tcp };
    let title = format!("port {port} can be reached from outside");
    let mut reachable = probe(
        &format!("reachable-{port}"),
        Layer::Network,
        title,
        Observer::Reachable { endpoint },
        equals("open"),
        why,
    )
    .after(ACTIVE)
    .advice(format!("ss -lntp 'sport = :{port}'; ufw status numbered"))
    .needs("root");
    reachable.outside = true;
    plan.probe(reachable);
}

/// What the service answers comes through. Without a known answer: anything that is not nginx's own excuse for it.
fn answers(front: &Front, plan: &mut PlanBuilder) {
    let mut why = front.provenance.clone();
    let (method, path, expectation, after) = match &plan.health {
        HealthGate::Http { method, url, status, .. } => {
            why.merge(&plan.health_provenance);
            let path = url.split_once("://").and_then(|(_, rest)| rest.find('/').map(|at| rest[at..].to_owned()));
            let status = Expectation::Equals(status.to_string());
            (method.clone(), path.unwrap_or_else(|| "/".to_owned()), status, "health-check.status")
        }
        HealthGate::Stable { .. } => {
            let answered = Expectation::Matches("^([1-4][0-9][0-9]|500|501)$".to_owned());
            ("GET".to_owned(), "/".to_owned(), answered, "service-active.active")
        }
    };
    let url = front.url(&path);
    let advice = format!("curl -q --noproxy '*' -ki --connect-to ::127.0.0.1: {url}; journalctl -u nginx -n 20");
    let title = format!("the service answers through nginx: {method} {url}");
    let observer = Observer::Proxy(ProxyObserver::Answer { method, url });
    let mut check = probe("answers", Layer::Network, title, observer, expectation, &why)
        .after(ACTIVE)
        .after(after)
        .advice(advice)
        .needs("curl");
    check.outside = true;
    plan.probe(check);
}

/// Nobody gets past the proxy.
fn behind(front: &Front, plan: &mut PlanBuilder) {
    let Some(endpoint) = plan.endpoint.filter(|endpoint| endpoint.protocol == Protocol::Tcp) else { return };
    let mut closed = probe(
        "not-bypassed",
        Layer::Security,
        format!("port {} of the service cannot be reached past nginx", endpoint.port),
        Observer::Reachable { endpoint },
        equals("closed"),
        &front.provenance,
    )
    .advice(format!("ss -lntp 'sport = :{}'; ufw status numbered", endpoint.port))
    .needs("root");
    closed.outside = true;
    plan.probe(closed);
}

/// Limits, WebSockets and files, as far as the specification asks for them.
fn details(front: &Front, binding: &Binding<Facts>, plan: &mut PlanBuilder) {
    let facts = &binding.facts;
    if let Some(size) = facts.body_size {
        let observer =
            Observer::Proxy(ProxyObserver::Upload { url: front.url("/"), size: Bytes(size.0.saturating_add(1)) });
        let title = format!("nginx refuses a body of more than {size}");
        let why = binding.provenance_of(&["body_size"]);
        plan.probe(probe("body-size", Layer::Network, title, observer, equals("413"), &why).after(SITE).needs("curl"));
        let setting = site::written_size(size);
        let title = format!("nginx takes bodies of up to {size}");
        setting_probe("body-size-setting", "client_max_body_size", title, &setting, &why, plan);
    }
    for (name, directive, time, field) in [
        ("read-timeout", "proxy_read_timeout", facts.read_timeout, "read_timeout"),
        ("connect-timeout", "proxy_connect_timeout", facts.connect_timeout, "connect_timeout"),
        ("send-timeout", "proxy_send_timeout", facts.send_timeout, "send_timeout"),
    ] {
        let Some(time) = time else { continue };
        let title = format!("nginx has read {directive} {}", written(time));
        setting_probe(name, directive, title, &written(time), &binding.provenance_of(&[field]), plan);
    }
    let paths = facts.websocket.iter().filter(|path| path.as_str() != "/");
    for (position, path) in paths.enumerate() {
        let name = if position == 0 { "websocket".to_owned() } else { format!("websocket-{}", position + 1) };
        let observer = Observer::Proxy(ProxyObserver::Upgrade { url: front.url(path.as_str()) });
        // Who asks without a login may be turned away, but by the service, as somebody who asked for a WebSocket.
        let expectation = Expectation::OneOf(["101", "401", "403"].map(str::to_owned).to_vec());
        let title = format!("a WebSocket is opened at {path} through nginx");
        let why = binding.provenance_of(&["websocket"]);
        plan.probe(probe(&name, Layer::Network, title, observer, expectation, &why).after(ANSWERS).needs("curl"));
    }
    for (position, files) in facts.static_files.iter().enumerate() {
        let (Ok(user), number) = ("www-data".parse(), position + 1) else { continue };
        let name = if position == 0 { "static-files".to_owned() } else { format!("static-files-{number}") };
        let directory = files.directory.to_string();
        let arguments = ["test", "-r", &directory, "-a", "-x", &directory].map(str::to_owned).to_vec();
        let observer = Observer::Command { user, timeout: Seconds(5.0), arguments };
        let why = binding.provenance_of(&["static"]);
        plan.probe(
            probe(
                &name,
                Layer::Permissions,
                format!("nginx can read the files in {directory}"),
                observer,
                Expectation::ExitCode(0),
                &why,
            )
            .advice(format!("namei -l {directory}"))
            .needs("root"),
        );
    }
}

fn written(time: Seconds) -> String {
    site::nginx_time(time)
}

fn setting_probe(
    name: &str,
    directive: &'static str,
    title: String,
    value: &str,
    why: &Provenance,
    plan: &mut PlanBuilder,
) {
    let Some(path) = site_path(&plan.service) else { return };
    let observer = Observer::Proxy(ProxyObserver::Setting { path, name: directive });
    // A location for WebSockets may wait longer: what stands first is the server's.
    let expectation = Expectation::Matches(format!("^{value}( |$)"));
    plan.probe(probe(name, Layer::Network, title, observer, expectation, why).after(SITE).needs("root").needs("nginx"));
}

fn runbook(front: &Front, provenance: Provenance) -> RunbookEntry {
    let upstream = &front.upstream;
    let url = front.url("/");
    RunbookEntry {
        anchor: ANCHOR,
        title: "The proxy does not answer, or answers 502 or 504".to_owned(),
        symptom: Some(format!("{url} gives no answer, or nginx's own error page")),
        checks: ["active", "configuration", "site", "upstream", "answers"]
            .map(|name| ProbeId(format!("reverse-proxy.{name}")))
            .to_vec(),
        steps: vec![
            RunbookStep::run("See whether nginx runs.", "systemctl status nginx --no-pager"),
            RunbookStep::run(
                "See whether it takes its configuration; the first error names file and line.",
                "nginx -t",
            ),
            RunbookStep::run("See who holds its ports.", "ss -lntp '( sport = :80 or sport = :443 )'"),
            RunbookStep::run(
                "502 and 504 come from a service that does not answer: see what it logged of that.",
                "tail -n 20 /var/log/nginx/error.log",
            ),
            RunbookStep::run(
                "Ask the service itself, past nginx.",
                format!("curl -q --noproxy '*' -i http://{upstream}/"),
            ),
            RunbookStep::run(
                "Ask through nginx, on this host; its certificate is not judged.",
                format!("curl -q --noproxy '*' -ksi --connect-to ::127.0.0.1: {url}"),
            ),
            RunbookStep::say(
                "Where this host is answered and others are not: `./validate-deployment.sh --from-outside HOST` says on a workstation, in \
                 the directory of the package, what they meet.",
            ),
            RunbookStep::run("Put the site of the specification back, and load it.", "./deploy.sh --only proxy"),
        ],
        verify: Some(RunbookStep::run(
            "The service answers through nginx again.",
            "./validate-deployment.sh --check reverse-proxy.answers",
        )),
        provenance,
    }
}
