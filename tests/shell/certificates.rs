//! Certificates: made by the host, brought by the operator, and served. openssl is real where a pair is made or judged.

use crate::harness::Host;

const CERTIFICATE: &str = "/etc/specc/demo/tls/fullchain.pem";
const KEY: &str = "/etc/specc/demo/tls/privkey.pem";
const SELF_SIGNED: &str =
    "ensure_certificate /etc/specc/demo/tls/fullchain.pem /etc/specc/demo/tls/privkey.pem demo.example.org";
const GIVEN: &str =
    "ensure_given_certificate /etc/specc/demo/tls/fullchain.pem /etc/specc/demo/tls/privkey.pem demo.example.org";

/// A host with openssl.
fn with_openssl() -> Option<Host> {
    let found = crate::stand_ins::find_tool("openssl")?;
    Some(Host::new().command("openssl", &format!("exec {} \"$@\"", found.display())))
}

/// The same, with a certificate that the host has signed.
fn with_certificate() -> Option<Host> {
    let host = with_openssl()?;
    host.apply(SELF_SIGNED).ends_with(0);
    Some(host)
}

/// Replaces the pair by one that an authority has signed, valid for so many days.
fn signed_by_an_authority(host: &Host, days: i32) {
    let run = host.bash(&format!(
        "cd /etc/specc/demo && for name in ca leaf; do openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout $name.key -out $name.request -subj /CN=$name -addext subjectAltName=DNS:demo.example.org 2>/dev/null; done\n\
         openssl x509 -req -in ca.request -signkey ca.key -days 9 -out ca.pem 2>/dev/null\n\
         openssl x509 -req -in leaf.request -CA ca.pem -CAkey ca.key -CAcreateserial -days {days} -copy_extensions copy -out {CERTIFICATE} 2>/dev/null\n\
         cat leaf.key >{KEY}"
    ));
    run.ends_with(0);
}

#[test]
fn a_host_without_a_certificate_signs_one_for_its_names() {
    let Some(host) = with_openssl() else { return };
    host.check(SELF_SIGNED).says(&["missing  certificate /etc/specc/demo/tls/fullchain.pem: there is none"]);
    host.survey(SELF_SIGNED).ends_with(0);
    let run = host.apply(SELF_SIGNED);
    run.ends_with(0).says(&["changed  self-signed certificate"]);
    assert_eq!((host.mode(KEY), host.mode(CERTIFICATE)), (0o600, 0o644));
    let text = host.bash(&format!("openssl x509 -in {CERTIFICATE} -noout -text")).out;
    for part in ["DNS:demo.example.org", "CA:FALSE", "TLS Web Server Authentication", "CN = demo"] {
        assert!(text.contains(part) || text.replace("CN=", "CN = ").contains(part), "{part}: {text}");
    }
    host.no_op(SELF_SIGNED).says(&["ok       certificate"]);
    assert!(!host.exists("/var/lib/specc/demo/runs/now/certificate"), "nothing is left of the making");
}

#[test]
fn a_certificate_without_names_is_for_the_host_itself() {
    let Some(host) = with_openssl() else { return };
    host.apply(&format!("ensure_certificate {CERTIFICATE} {KEY}")).ends_with(0);
    let text = host.bash(&format!("openssl x509 -in {CERTIFICATE} -noout -ext subjectAltName")).out;
    assert!(text.contains("DNS:web-01") && text.contains("IP Address:127.0.0.1"), "{text}");
}

#[test]
fn a_self_signed_certificate_that_is_no_good_is_made_anew() {
    for (change, told) in [
        ("openssl genpkey -algorithm ed25519 >/etc/specc/demo/tls/privkey.pem", "does not belong to"),
        ("echo nonsense >/etc/specc/demo/tls/privkey.pem", "is no key"),
        ("chmod 0644 /etc/specc/demo/tls/privkey.pem", "others may have read it"),
        ("rm /etc/specc/demo/tls/privkey.pem", "there is none"),
        (
            "openssl req -x509 -key /etc/specc/demo/tls/privkey.pem -days 3 -subj /CN=demo -addext subjectAltName=DNS:demo.example.org -out /etc/specc/demo/tls/fullchain.pem",
            "it ends within 30 days",
        ),
        (
            "openssl req -x509 -key /etc/specc/demo/tls/privkey.pem -days 90 -subj /CN=demo -addext subjectAltName=DNS:old.example.org -out /etc/specc/demo/tls/fullchain.pem",
            "it is not for demo.example.org",
        ),
    ] {
        let Some(host) = with_certificate() else { return };
        host.bash(change).ends_with(0);
        host.check(SELF_SIGNED).says(&["stale    certificate", told]);
        host.apply(SELF_SIGNED).ends_with(0).says(&["changed  self-signed certificate", told]);
        host.no_op(SELF_SIGNED);
    }
}

#[test]
fn a_certificate_that_somebody_else_has_signed_is_never_replaced() {
    let Some(host) = with_certificate() else { return };
    signed_by_an_authority(&host, 5);
    let before = host.read(CERTIFICATE);
    host.no_op(SELF_SIGNED);
    host.bash(&format!("echo nonsense >{KEY}")).ends_with(0);
    host.apply(SELF_SIGNED).ends_with(1).says(&["was not made by this host, and is not replaced", "is no key"]);
    assert_eq!(host.read(CERTIFICATE), before);
    host.bash(&format!("echo nonsense >{CERTIFICATE}")).ends_with(0);
    let run = host.observe(&format!("certificate_mismatch {CERTIFICATE} {KEY}"));
    assert_eq!(run.out, "/etc/specc/demo/tls/fullchain.pem is no certificate");
}

#[test]
fn an_openssl_that_fails_stops_the_run() {
    let host = Host::new().command("openssl", "echo 'no randomness'; exit 1");
    let run = host.apply(SELF_SIGNED);
    run.ends_with(1).says(&["openssl could not sign a certificate", "no randomness"]);
    assert!(!host.exists(KEY) && !host.exists(CERTIFICATE));
}

#[test]
fn a_certificate_that_is_brought_is_looked_at_before_anything_is_changed() {
    let Some(host) = with_certificate() else { return };
    signed_by_an_authority(&host, 5);
    host.survey(GIVEN).ends_with(0);
    host.no_op(GIVEN).says(&["ok       certificate"]);
    for (change, told) in [
        ("chmod 0644 /etc/specc/demo/tls/privkey.pem", "everybody on this host can read the key"),
        ("openssl genpkey -algorithm ed25519 >/etc/specc/demo/tls/privkey.pem", "does not belong to"),
        ("rm /etc/specc/demo/tls/fullchain.pem", "there is no /etc/specc/demo/tls/fullchain.pem"),
    ] {
        let Some(host) = with_certificate() else { return };
        host.bash(change).ends_with(0);
        host.survey(GIVEN).ends_with(3).says(&[told, "put the certificate with its chain"]);
        host.check(GIVEN).says(&["missing  certificate", told]);
        host.apply(GIVEN).ends_with(1).says(&[told]);
    }
    let other = GIVEN.replace("demo.example.org", "other.example.org");
    host.survey(&other).ends_with(3).says(&["is not for other.example.org"]);
    signed_by_an_authority(&host, 0);
    host.survey(GIVEN).ends_with(3).says(&["is no longer valid"]);
    let host = host.without("openssl");
    host.bash("rm .stand-ins/openssl").ends_with(0);
    host.survey(GIVEN).ends_with(0);
}

/// A server that shows the certificate of the file, and answers to TLS 1.2 and later.
fn serving(host: Host) -> Host {
    let Some(found) = crate::stand_ins::find_tool("openssl") else { return host };
    let real = found.display();
    host.command(
        "openssl",
        &format!(
            "case \"$*\" in\n*s_client*-tls1*) echo CONNECTED; cat /run/outdated 2>/dev/null || echo 'New, (NONE), Cipher is (NONE)' ;;\n\
             *s_client*) echo CONNECTED; cat /run/served 2>/dev/null ;;\n*) exec {real} \"$@\" ;; esac"
        ),
    )
}

#[test]
fn the_served_certificate_is_judged_and_not_the_file() {
    let Some(host) = with_certificate() else { return };
    let host = serving(host);
    let ask = |observer: &str| host.observe(observer);
    let served = "observe_served_certificate demo.example.org /etc/specc/demo/tls/fullchain.pem";
    for observer in [
        served,
        "observe_certificate_days demo.example.org",
        "observe_certificate_name demo.example.org",
        "observe_certificate_trust demo.example.org",
    ] {
        assert_eq!(ask(observer).observed(), (1, "no certificate is served on port 443"), "{observer}");
    }
    host.bash(&format!("cat {CERTIFICATE} >/run/served")).ends_with(0);
    assert_eq!(ask(served).observed(), (0, "yes"));
    assert_eq!(ask("observe_certificate_name demo.example.org").observed(), (0, "yes"));
    assert_eq!(
        ask("observe_certificate_name x.example.org").observed().1.replace(' ', ""),
        "itisforDNS:demo.example.org"
    );
    // Made a moment ago for ten years: whole days, so that it depends on the second.
    let days = ask("observe_certificate_days demo.example.org");
    assert!(matches!(days.observed(), (0, "3649" | "3650")), "{days}");
    let trust = ask("observe_certificate_trust demo.example.org");
    assert!(trust.out.starts_with("error "), "{trust}");
    host.bash(&format!("rm {CERTIFICATE}")).ends_with(0);
    assert_eq!(ask(served).observed(), (1, "/etc/specc/demo/tls/fullchain.pem is no certificate"));
    host.apply(SELF_SIGNED).ends_with(0);
    assert!(ask(served).out.starts_with("another one (notAfter="), "what nginx still has in memory");
    let run = ask("OPTION_OUTSIDE_HOST=2001:db8::7; served_chain demo.example.org");
    assert!(run.calls_of("openssl")[0].contains("-connect '[2001:db8::7]:443'"), "{run}");
    assert_eq!(Host::new().observe("served_chain x").observed(), (2, "openssl is not installed"));
}

#[test]
fn a_chain_that_leads_to_a_trusted_authority_is_trusted() {
    let host = serving(Host::new().file("/run/served", "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n"));
    let answering = |answer: &str| {
        let host = Host::new().command(
            "openssl",
            &format!("case $1 in s_client) printf -- '-----BEGIN CERTIFICATE-----\\nx\\n-----END CERTIFICATE-----\\n' ;; *) {answer} ;; esac"),
        );
        host.observe("observe_certificate_trust demo.example.org").out
    };
    assert_eq!(answering("echo '/dev/fd/62: OK'"), "yes\n");
    assert_eq!(answering("exit 1"), "it cannot be verified\n");
    drop(host);
}

#[test]
fn outdated_versions_of_tls_are_told() {
    let ask = |host: &Host, oldest: &str| host.observe(&format!("observe_outdated_tls demo.example.org {oldest}"));
    let host = serving(Host::new());
    if host.exists(".stand-ins/openssl") {
        assert_eq!(ask(&host, "1.2").observed(), (0, "refused"));
    }
    let host = Host::new().command(
        "openssl",
        "echo CONNECTED; case \"$*\" in *-tls1_1*) echo 'New, TLSv1.0, Cipher is ECDHE-RSA-AES256-SHA' ;; esac",
    );
    assert_eq!(ask(&host, "1.2").observed(), (0, "TLS 1.1 is spoken"));
    let host = Host::new().command(
        "openssl",
        "echo CONNECTED; case \"$*\" in *-tls1_2*) echo 'New, TLSv1.2, Cipher is ECDHE-RSA-AES256-SHA' ;; esac",
    );
    assert_eq!(
        (ask(&host, "1.2").out, ask(&host, "1.3").out),
        ("refused\n".to_owned(), "TLS 1.2 is spoken\n".to_owned())
    );
    let host = Host::new().command(
        "openssl",
        "echo CONNECTED; case \"$*\" in *-tls1\\ *) echo 'New, SSLv3, Cipher is AES256-SHA' ;; *) echo 'New, (NONE), Cipher is (NONE)' ;; esac",
    );
    assert_eq!(ask(&host, "1.2").observed(), (0, "TLS 1.0 is spoken"), "with a cipher that is older than it");
    let host = Host::new().command("openssl", "echo CONNECTED; echo 'New, (NONE), Cipher is (NONE)'");
    assert_eq!(ask(&host, "1.3").observed(), (0, "refused"));
    let host = Host::new().command("openssl", "echo 'Connection refused'; exit 1");
    assert_eq!(ask(&host, "1.2").observed(), (1, "nothing answers on port 443"));
    assert_eq!(ask(&Host::new(), "1.2").observed(), (2, "openssl is not installed"));
}

const ISSUED: &str = "ensure_issued_certificate /etc/specc/demo/tls/fullchain.pem /etc/specc/demo/tls/privkey.pem /var/www/demo-acme demo.example.org";

/// An authority that signs what `/run/signed` and its key hold, where they are there.
fn with_authority(signs: bool) -> Option<Host> {
    let found = crate::stand_ins::find_tool("openssl")?;
    let host = crate::services::with_units(&[
        "nginx.service ActiveState=active",
        "certbot.timer LoadState=loaded ActiveState=active UnitFileState=enabled NextElapseUSecRealtime=soon",
    ])
    .file("/run/units/reached", "default.target\n  certbot.timer\n")
    .command("openssl", &format!("exec {} \"$@\"", found.display()));
    host.apply(SELF_SIGNED).ends_with(0);
    let sign = "mkdir -p /etc/letsencrypt/live/demo; cp /etc/specc/demo/tls/fullchain.pem /etc/specc/demo/tls/privkey.pem /etc/letsencrypt/live/demo";
    Some(host.command("certbot", if signs { sign } else { "echo 'DNS problem: NXDOMAIN'; exit 1" }))
}

#[test]
fn a_certificate_that_was_issued_takes_the_place_of_the_self_signed_one() {
    let Some(host) = with_authority(true) else { return };
    host.survey(ISSUED)
        .says(&["risk lets-encrypt\ta certificate for demo.example.org is requested from Let's Encrypt"]);
    host.check(ISSUED).says(&["missing  certificate of Let's Encrypt for demo.example.org: there is none"]);
    let run = host.apply(ISSUED);
    run.ends_with(0).says(&["changed  certificate of Let's Encrypt"]);
    let asked = run.calls_of("certbot")[0];
    assert!(
        asked.contains("--webroot-path /var/www/demo-acme") && asked.contains("--domain demo.example.org"),
        "{asked}"
    );
    run.called(&["systemctl reload -- nginx.service", "systemctl --quiet enable --now -- certbot.timer"]);
    let link = std::fs::read_link(host.at(CERTIFICATE)).unwrap();
    assert!(link.ends_with("etc/letsencrypt/live/demo/fullchain.pem"), "{link:?}");
    host.no_op(ISSUED);
    host.survey(ISSUED).ends_with(0);
    host.bash("echo inactive >/run/units/certbot.timer/ActiveState").ends_with(0);
    host.check(ISSUED).says(&["certbot.timer is inactive"]);
    host.bash(&format!("rm {KEY}; touch {KEY}")).ends_with(0);
    host.check(ISSUED).says(&["it is not the one that nginx reads"]);
    let run = host.apply(ISSUED);
    assert!(run.calls_of("certbot").is_empty(), "one that is there is not requested again: {run}");
}

#[test]
fn an_authority_that_does_not_sign_keeps_nothing_down() {
    let Some(host) = with_authority(false) else { return };
    let run = host.apply(ISSUED);
    run.ends_with(0).says(&[
        "Let's Encrypt has not signed for demo.example.org",
        "NXDOMAIN",
        "the next run asks again",
    ]);
    assert!(!std::fs::symlink_metadata(host.at(CERTIFICATE)).unwrap().is_symlink());
    let Some(host) = with_authority(true) else { return };
    host.bash("touch /run/units/nginx.service/broken").ends_with(0);
    host.apply(ISSUED).ends_with(1).says(&["nginx does not load the certificate"]);
}
