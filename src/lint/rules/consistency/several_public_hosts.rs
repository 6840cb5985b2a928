//! A service that goes by two names.

use crate::capabilities::{Bindings, CommandCheck, DnsRecord, ReverseProxy, Tls};
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::rules::part_of;
use crate::lint::{Rule, View};
use crate::source::Span;
use crate::value::HostName;

declare_lint! {
    /// *What it does*: compares the name under which the proxy answers with the names that other statements give the
    /// service: that of its certificate, one that is to lead to this server, and one under which a criterion asks for
    /// it. It is quiet where a second name is meant: named in one sentence with the first, called an alias, a name with
    /// `www.` before it, or one of several records in the DNS.
    ///
    /// *Why is this bad?* Users who follow the other name meet a certificate that is not for it, or nobody. A name that
    /// was changed in one place and left in another is found on the day of the deployment.
    ///
    /// *Instead*: one name everywhere; or both where the proxy is: "nginx forwards HTTPS requests for desk.example.com
    /// and help.example.com to localhost:8000".
    static SEVERAL_PUBLIC_HOSTS = "several-public-hosts", Warn, Consistency, "one service goes by two names";
}

pub(super) static RULE: Rule = Rule { lints: &[&SEVERAL_PUBLIC_HOSTS], check };

/// Words of a sentence in which a second name is meant.
const MEANT: &[&str] = &[
    "alias",
    "aliases",
    "also",
    "additional",
    "additionally",
    "legacy",
    "old",
    "former",
    "redirect",
    "redirects",
    "redirected",
];

/// A name and where it stands.
type Placed<'a> = (&'a HostName, Span);

fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    let sites = sites(view.bindings);
    let Some((site, others)) = sites.split_first() else { return };
    let Some((name, place)) = site.first().copied() else { return };
    let mut known: Vec<&HostName> = site.iter().map(|(name, _)| *name).collect();
    let mut strangers: Vec<(String, Span)> = Vec::new();
    for other in others {
        // A certificate for the site's name and for more names: all of them are meant.
        if other.iter().any(|(other, _)| is_one_of(other, &known)) {
            known.extend(other.iter().map(|(name, _)| *name));
        } else {
            strangers.extend(other.first().map(|(other, span)| (other.to_string(), *span)));
        }
    }
    strangers.extend(records(view.bindings, &known));
    strangers.extend(requested(view.bindings, name));
    strangers.retain(|(stranger, span)| !is_same_as_any(stranger, &known) && !is_meant(view, *span));
    let mut reported: Vec<&str> = Vec::new();
    for (stranger, span) in &strangers {
        if reported.contains(&stranger.as_str()) {
            continue;
        }
        reported.push(stranger);
        found.push(
            Diagnostic::new(
                &SEVERAL_PUBLIC_HOSTS,
                part_of(view, *span, stranger),
                format!("the service goes by two names: {name} and {stranger}"),
            )
            .at("this name here …")
            .label(place, "… and this one here")
            .help(format!("write {name} in both places; or name both where the proxy is, if both are meant")),
        );
    }
}

/// The names of the site as the proxy's sentences give them, then as those about its certificate do.
fn sites(all: &Bindings) -> Vec<Vec<Placed<'_>>> {
    let proxy = all.one::<ReverseProxy>().and_then(|binding| {
        let (host, place) = (binding.facts.host.as_ref()?, binding.span_of("host")?);
        Some(placed(host, &binding.facts.aliases, place))
    });
    let secured = all.one::<Tls>().and_then(|binding| {
        let (host, place) = (binding.facts.host.as_ref()?, binding.span_of("host")?);
        Some(placed(host, &binding.facts.aliases, place))
    });
    proxy.into_iter().chain(secured).collect()
}

fn placed<'a>(host: &'a HostName, aliases: &'a [HostName], place: Span) -> Vec<Placed<'a>> {
    std::iter::once(host).chain(aliases).map(|name| (name, place)).collect()
}

/// Names that are to lead to this server; none where the site's own name is among them, so that the others are known to
/// stand beside it.
fn records(all: &Bindings, known: &[&HostName]) -> Vec<(String, Span)> {
    let records = all.of::<DnsRecord>();
    if records.iter().any(|record| record.facts.host.as_ref().is_some_and(|host| is_one_of(host, known))) {
        return Vec::new();
    }
    // A record with an address may be that of another machine.
    let here = records.iter().filter(|record| record.facts.address.is_none());
    here.filter_map(|record| Some((record.facts.host.as_ref()?.to_string(), record.span_of("host")?))).collect()
}

/// Hosts that commands of criteria ask, and that bear the site's first name in another domain: `desk.example.net` for
/// `desk.example.com`. Other hosts may well be other services.
fn requested(all: &Bindings, name: &HostName) -> Vec<(String, Span)> {
    let own = first_label(name.as_str());
    let mut requested = Vec::new();
    for command in all.of::<CommandCheck>() {
        let urls = command.facts.command.iter().filter_map(|word| word.split_once("://"));
        let hosts = urls.filter_map(|(_, rest)| rest.split(['/', ':', '?', '#']).next());
        let alike = hosts.filter(|host| host.contains('.') && first_label(host).eq_ignore_ascii_case(own));
        requested.extend(alike.filter_map(|host| Some((host.to_owned(), command.span_of("command")?))));
    }
    requested
}

fn first_label(host: &str) -> &str {
    host.strip_prefix("www.").unwrap_or(host).split('.').next().unwrap_or_default()
}

fn is_one_of(name: &HostName, known: &[&HostName]) -> bool {
    is_same_as_any(name.as_str(), known)
}

/// Whether a name is one of those that are known, `www.` and case aside.
fn is_same_as_any(name: &str, known: &[&HostName]) -> bool {
    let bare = |name: &str| {
        let name = name.to_ascii_lowercase();
        name.strip_prefix("www.").map(str::to_owned).unwrap_or(name)
    };
    known.iter().any(|known| bare(known.as_str()) == bare(name))
}

/// Whether the sentence at a place says that its name stands beside another one.
fn is_meant(view: &View<'_>, place: Span) -> bool {
    let inside = |span: Span| span.source == place.source && span.start <= place.start && place.start < span.end;
    let statement = view.spec.statements.iter().find(|statement| inside(statement.span));
    statement.is_some_and(|statement| {
        let mut words = statement.text.masked.split(|character: char| !character.is_alphanumeric());
        words.any(|word| MEANT.iter().any(|meant| meant.eq_ignore_ascii_case(word)))
    })
}
