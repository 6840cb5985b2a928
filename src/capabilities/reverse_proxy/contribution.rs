//! How the proxy comes into the plan.
//!
//! In: the merged facts and all bindings. Out: the package, the site, the operations that test and serve it.

use super::front::{Front, front, site_path, upstream};
use super::{DISTRIBUTION_SITE_OFF, Facts, PROXY_IS_NGINX, ReverseProxy, proof, proxy_without_tls, site};
use crate::capabilities::{
    Binding, Bindings, CONFLICTING_REQUIREMENTS, Capability as _, HttpsRedirect, ListenPort, Tls, listen_port,
};
use crate::diagnostics::Diagnostic;
use crate::plan::{Action, FileContent, InstalledFile, PlanBuilder, Provenance, ProxyAction, Step};
use crate::value::{FileMode, Owner, Port};

pub(super) fn contribute(own: Option<&Binding<Facts>>, all: &Bindings, plan: &mut PlanBuilder) {
    if let Some(binding) = own.filter(|binding| binding.facts.absent) {
        report_contradiction(binding, plan);
        let statements = binding.provenance_of(&["absent"]).statements;
        plan.settle(&statements, "the package sets up no proxy");
    }
    let asked = own.is_some_and(|binding| !is_only_absent(&binding.facts))
        || all.one::<Tls>().is_some()
        || all.one::<HttpsRedirect>().is_some();
    let asking = own.map(Binding::provenance).unwrap_or_default();
    let Some(mut front) = asked.then(|| front(all, &asking, plan)).flatten() else { return };
    let named = own.is_some_and(|binding| binding.facts.server.is_some());
    if !named && let Some(default) = plan.default(ReverseProxy::NAME, &PROXY_IS_NGINX) {
        front.provenance.merge(&default);
        front.core.merge(&default);
    }
    report_other_end_point(all, plan);
    if let Some(binding) = own.filter(|_| front.method.is_none()) {
        proxy_without_tls::report(binding, plan);
    }
    let why = front.provenance.clone();
    if let Ok(nginx) = "nginx".parse() {
        plan.package(nginx, why.clone());
    }
    let (directives, numbers) = site::site(&front, own, all, plan);
    let ports: Vec<Port> = numbers.into_iter().filter_map(Port::new).collect();
    install(&front, directives, &ports, &why, plan);
    proof::contribute(&front, own, &ports, plan);
}

/// Whether nothing is said but that no proxy is there.
fn is_only_absent(facts: &Facts) -> bool {
    facts.absent && facts.server.is_none() && !facts.in_front && facts.upstream.is_none()
}

/// A proxy that is there and is not.
fn report_contradiction(binding: &Binding<Facts>, plan: &mut PlanBuilder) {
    let there = ["upstream", "server", "in_front"].iter().find_map(|field| binding.span_of(field));
    let (Some(absent), Some(there)) = (binding.span_of("absent"), there) else { return };
    plan.report(
        Diagnostic::new(&CONFLICTING_REQUIREMENTS, absent, "a proxy is asked for, and excluded")
            .at("here there is none")
            .label(there, "here it stands in front of the service")
            .help("decide which one holds"),
    );
}

fn install(
    front: &Front,
    directives: Vec<crate::plan::SiteDirective>,
    ports: &[Port],
    why: &Provenance,
    plan: &mut PlanBuilder,
) {
    let Some(path) = site_path(&plan.service) else { return };
    let purpose = format!("passes requests on to {}", plan.service);
    plan.packaged_file(InstalledFile {
        path: path.clone(),
        mode: FileMode::new(0o644),
        owner: Owner::root(),
        purpose,
        content: FileContent::Site(directives),
        provenance: why.clone(),
    });
    let replaces_distribution_site = plan.default(ReverseProxy::NAME, &DISTRIBUTION_SITE_OFF).is_some();
    plan.operation(Step::Configuration, 85, Action::Proxy(ProxyAction::SiteValid(path.clone())), why.clone());
    let site = ProxyAction::Site {
        path,
        is_default: front.names.is_empty(),
        replaces_distribution_site,
        ports: ports.to_vec(),
    };
    plan.operation(Step::Proxy, 50, Action::Proxy(site), why.clone());
}

/// What the proxy is told must be where the service listens: its port, at an address that is this host to itself.
fn report_other_end_point(all: &Bindings, plan: &mut PlanBuilder) {
    let Some(binding) = all.one::<ListenPort>() else { return };
    let Some((port, Some(span), _)) = upstream(all) else { return };
    if let Some(own) = binding.facts.port.filter(|own| *own != port) {
        let message = format!("the proxy passes requests to port {port}, the service listens on {own}");
        let mut diagnostic = Diagnostic::new(&CONFLICTING_REQUIREMENTS, span, message)
            .at(format!("here it is {port}"))
            .help(format!("write the port that the service listens on: {own}"));
        if let Some(span) = binding.span_of("port") {
            diagnostic = diagnostic.label(span, format!("here it is {own}"));
        }
        plan.report(diagnostic);
    }
    let reached = |address: &str| [listen_port::LOOPBACK, listen_port::EVERYWHERE].contains(&address);
    if let Some(own) = binding.facts.address.as_deref().filter(|own| !reached(own)) {
        let message =
            format!("the proxy passes requests to {}, the service listens on {own} alone", listen_port::LOOPBACK);
        let mut diagnostic = Diagnostic::new(&CONFLICTING_REQUIREMENTS, span, message).at("nobody listens here").help(
            format!("let the service listen on {}: nobody but the proxy reaches it there", listen_port::LOOPBACK),
        );
        if let Some(span) = binding.span_of("address") {
            diagnostic = diagnostic.label(span, "here alone it listens");
        }
        plan.report(diagnostic);
    }
}
