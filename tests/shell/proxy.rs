//! The proxy: nginx's configuration, the transaction that changes it, and what is observed of it.

use crate::harness::Host;
use crate::services::{SYSTEMCTL, with_units};

const SITE: &str = "/etc/nginx/conf.d/demo.conf";
const TEXT: &str = "server {\n    listen 443 ssl default_server;\n    server_name demo.example.org www.example.org;\n    proxy_read_timeout 90s;\n}\n";
const PROXY: &str = "ensure_proxy /etc/nginx/conf.d/demo.conf own-names keep-default 443";
const ALL_NAMES: &str = "ensure_proxy /etc/nginx/conf.d/demo.conf every-name replace-default 443";

/// nginx reads what lies in its directory, and complains of what `/run/complaint` holds.
const NGINX: &str = r#"case "$*" in
  *-t*) if [ -e /run/warning ]; then cat /run/warning; fi; if [ -e /run/complaint ]; then cat /run/complaint; exit 1; fi ;;
  *-T*) if [ -e /run/complaint ]; then exit 1; fi; for file in /etc/nginx/conf.d/*.conf /etc/nginx/sites-enabled/*; do [ ! -e "$file" ] || { printf '# configuration file %s:\n' "$file"; cat "$file"; }; done ;;
esac"#;

/// A reload gives nginx the workers of `/run/next`, where that is there: it takes what it is told only then.
fn systemctl() -> String {
    format!(
        "case \"$*\" in *reload*nginx* | *start*nginx*) [ ! -e /run/next ] || cat /run/next >/proc/50/task/50/children ;; esac\n{SYSTEMCTL}"
    )
}

/// A worker that has started so many seconds after the boot, a thousand seconds ago.
fn worker(host: Host, pid: u32, started: u32) -> Host {
    let fields = format!("{pid} (nginx: worker) S 50 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 {started}00 0 0\n");
    host.file(&format!("/proc/{pid}/stat"), &fields)
}

/// nginx runs, and holds its port.
fn with_nginx() -> Host {
    let host = with_units(&["nginx.service ActiveState=active UnitFileState=enabled MainPID=50"])
        .command("systemctl", &systemctl())
        .command("nginx", NGINX)
        .command("ss", "[ -e /run/free ] || echo 'LISTEN 0 511 0.0.0.0:443 0.0.0.0:* users:((\"nginx\",pid=50,fd=6))'")
        .command("dpkg-query", "cat /run/conffiles 2>/dev/null")
        .file("/run/units/reached", "default.target\n  nginx.service\n")
        .own_proc()
        .file("/proc/50/cgroup", "0::/system.slice/nginx.service\n")
        .file("/proc/50/comm", "nginx\n")
        .file("/proc/50/task/50/children", "51\n")
        .file("/proc/uptime", "1000.00 1.00\n")
        .file("/proc/net/if_inet6", "\n")
        .file("/run/next", "52\n")
        .file("/etc/nginx/nginx.conf", "include /etc/nginx/conf.d/*.conf;\n")
        .packaged(SITE, TEXT);
    worker(worker(host, 51, 1000), 52, 1000)
}

/// The site that comes with nginx, as it was installed.
fn with_distribution_site(host: Host) -> Host {
    host.file("/etc/nginx/sites-available/default", "server {\n    listen 443 default_server;\n}\n")
        .directory("/etc/nginx/sites-enabled")
        .link("/etc/nginx/sites-enabled/default", "/etc/nginx/sites-available/default")
        .file("/var/www/html/index.nginx-debian.html", "Welcome\n")
        .command(
            "dpkg-query",
            "echo \" /etc/nginx/sites-available/default $(md5sum </run/as-installed | cut -d ' ' -f 1)\"",
        )
        .file("/run/as-installed", "server {\n    listen 443 default_server;\n}\n")
}

#[test]
fn a_site_that_is_served_is_left_alone() {
    with_nginx().file(SITE, TEXT).no_op(PROXY).says(&["ok       nginx serves /etc/nginx/conf.d/demo.conf"]);
}

#[test]
fn a_new_site_is_tested_then_loaded_and_only_new_workers_and_the_port_count() {
    let host = with_nginx();
    host.check(PROXY).says(&["missing  /etc/nginx/conf.d/demo.conf: it is not as in the package"]);
    let run = host.apply(PROXY);
    run.ends_with(0).says(&["changed  nginx serves /etc/nginx/conf.d/demo.conf"]);
    run.called(&["nginx -t", "systemctl reload -- nginx.service", "systemctl --quiet enable -- nginx.service"]);
    assert_eq!(host.read(SITE), TEXT);
    host.no_op(PROXY);
    let host = with_nginx().file("/run/units/nginx.service/ActiveState", "inactive\n");
    host.apply(PROXY).ends_with(0).called(&["nginx -t", "systemctl start nginx.service"]);
}

#[test]
fn a_site_that_nginx_does_not_take_is_put_back() {
    let complaint = "nginx: [emerg] unknown directive \"lisen\" in /etc/nginx/conf.d/demo.conf:2\n";
    let host = with_nginx().file(SITE, "# old\n").file("/run/complaint", complaint);
    let run = host.apply(PROXY);
    run.ends_with(1).says(&["nginx does not take the site; what was there before is back", "unknown directive"]);
    assert_eq!(host.read(SITE), "# old\n");
    let host = with_nginx().file("/run/complaint", complaint);
    host.apply(PROXY).ends_with(1);
    assert!(!host.exists(SITE));
}

/// `nginx -t` passes and the reload returns 0, but the old workers stay: a port is taken.
#[test]
fn a_reload_that_changes_nothing_is_no_success() {
    let host = with_nginx().file("/run/next", "51\n").file(SITE, "# old\n");
    let run = host.apply(PROXY);
    run.ends_with(1).says(&["nginx does not serve the site; what was there before is back", "error.log"]);
    assert_eq!(host.read(SITE), "# old\n");
    assert_eq!(run.calls_of("systemctl").iter().filter(|call| call.contains("reload")).count(), 2, "{run}");
    let host = with_nginx().file("/run/free", "");
    host.apply(PROXY).ends_with(1).says(&["nginx does not serve the site"]);
    assert!(!host.exists(SITE));
    let host = with_nginx().file("/run/units/nginx.service/broken", "");
    host.apply(PROXY).ends_with(1).says(&["nginx does not serve the site", "nginx could not be reloaded"]);
}

#[test]
fn what_was_edited_or_is_somebody_elses_is_kept() {
    let host = with_nginx().file(SITE, "# by hand\n");
    host.apply(PROXY).ends_with(0).says(&["it was here before"]);
    assert_eq!(host.read(&host.mirrored("/var/lib/specc/demo/originals", SITE)), "# by hand\n");
    let host = with_nginx().file(SITE, "# by hand\n");
    host.apply(&format!("ledger_put file created x {SITE}; {PROXY}")).says(&["it was edited by hand"]);
    let run = with_nginx().file(SITE, "# by hand\n").survey(PROXY);
    run.says(&["risk adopt\tthe file /etc/nginx/conf.d/demo.conf exists"]);
}

#[test]
fn a_site_that_is_there_but_not_served_is_loaded_again() {
    for (change, told) in [
        ("echo inactive >/run/units/nginx.service/ActiveState", "nginx does not run"),
        ("echo disabled >/run/units/nginx.service/UnitFileState", "nginx does not start at boot (disabled)"),
        ("touch /run/free", "nginx does not hold port 443"),
        ("chmod 0666 /etc/nginx/conf.d/demo.conf", "it is 0666 root:root, not 0644 root:root"),
        ("echo 99 >/proc/50/task/50/children", "nginx does not run"),
    ] {
        let host = with_nginx().file(SITE, TEXT);
        host.bash(change).ends_with(0);
        host.check(PROXY).says(&[&format!("stale    /etc/nginx/conf.d/demo.conf: {told}")]);
    }
    let host = worker(with_nginx().file(SITE, TEXT), 51, 1);
    host.check(PROXY).says(&["changed after nginx had last read its configuration"]);
    host.apply(PROXY).ends_with(0).says(&["changed"]);
}

#[test]
fn the_site_of_the_distribution_is_switched_off_only_where_nobody_uses_it() {
    let host = with_distribution_site(with_nginx());
    host.survey(ALL_NAMES).ends_with(0);
    host.apply(ALL_NAMES).ends_with(0).says(&["the site that came with nginx is switched off"]);
    assert!(!host.exists("/etc/nginx/sites-enabled/default"));
    let refusal = "and /etc/nginx/sites-enabled/default does that already";
    let host = with_distribution_site(with_nginx()).file("/run/as-installed", "something else\n");
    host.survey(ALL_NAMES).ends_with(3).says(&[refusal, "name the host in the specification"]);
    let host = with_distribution_site(with_nginx()).file("/var/www/html/index.html", "<h1>Ours</h1>\n");
    host.survey(ALL_NAMES).ends_with(3).says(&[refusal]);
    // Beside a site with names of its own it may stay.
    host.survey(PROXY).ends_with(0);
    host.apply(PROXY).ends_with(0);
    assert!(host.exists("/etc/nginx/sites-enabled/default"));
    let host = with_distribution_site(with_nginx()).file("/run/next", "51\n");
    host.apply(ALL_NAMES).ends_with(1);
    assert!(host.exists("/etc/nginx/sites-enabled/default"), "it is put back, too");
}

#[test]
fn the_site_of_the_distribution_that_is_on_again_is_switched_off_again() {
    let host = with_distribution_site(with_nginx()).file(SITE, TEXT);
    host.check(ALL_NAMES).says(&["stale    /etc/nginx/conf.d/demo.conf: the site that came with nginx is on"]);
}

#[test]
fn preflight_refuses_what_stands_in_the_way() {
    let host = with_nginx().file("/proc/50/cgroup", "0::/system.slice/apache2.service\n");
    host.survey(PROXY).ends_with(3).says(&["port 443, on which nginx is to listen, is held by apache2.service"]);
    let host = with_nginx().file("/proc/50/cgroup", "0::/system.slice/demo.service\n");
    host.survey(PROXY).ends_with(0);
    let other = "server {\n    listen [::]:443 ssl default_server;\n}\n";
    let host = with_nginx().file("/etc/nginx/conf.d/other.conf", other);
    host.survey(ALL_NAMES).ends_with(3).says(&["on port 443, and /etc/nginx/conf.d/other.conf does that already"]);
    host.survey(PROXY).ends_with(0);
    let host = with_nginx();
    host.bash("rm -f /proc/net/if_inet6").ends_with(0);
    host.survey(PROXY).ends_with(3).says(&["this kernel has none"]);
    with_nginx()
        .without("md5sum")
        .survey("ensure_proxy /etc/nginx/conf.d/demo.conf own-names keep-default")
        .ends_with(0);
}

#[test]
fn sites_that_answer_for_all_names_are_listed_with_their_ports() {
    let text = "server {\n  listen 80 default_server;\n  listen 127.0.0.1:8080 ssl default_server;\n  listen unix:/run/x.sock default_server;\n  listen [::1] default_server;\n  listen 90;\n}\n";
    let run = with_nginx().file("/etc/nginx/conf.d/other.conf", text).observe("default_servers");
    assert_eq!(
        run.out,
        "80 /etc/nginx/conf.d/other.conf\n8080 /etc/nginx/conf.d/other.conf\n80 /etc/nginx/conf.d/other.conf\n"
    );
}

const VALID: &str = "ensure_site_valid /etc/nginx/conf.d/demo.conf";

#[test]
fn the_configuration_is_tested_on_a_copy_before_anything_is_live() {
    let host = with_distribution_site(with_nginx());
    let run = host.apply(VALID);
    run.ends_with(0).says(&["ok       nginx takes its configuration with the new site"]);
    assert!(run.calls_of("nginx")[0].starts_with("-t -c /var/lib/specc/demo/runs/now/nginx."), "{run}");
    assert!(!host.exists(SITE), "the copy alone has it");
    let host = with_nginx().file("/run/complaint", "nginx: [emerg] no \"ssl_certificate\" is defined\n");
    let run = host.apply(VALID);
    run.ends_with(1).says(&["nothing was changed in it", "no \"ssl_certificate\" is defined"]);
    host.check(VALID).says(&["edited   the configuration of nginx: no \"ssl_certificate\" is defined"]);
    with_nginx().check(VALID).says(&["ok       nginx takes its configuration"]);
    Host::new().check(VALID).says(&["missing  the configuration of nginx"]);
    with_nginx().survey(VALID).ends_with(0);
}

#[test]
fn a_name_that_another_site_has_is_a_fault() {
    let warning = "nginx: [warn] conflicting server name \"www.example.org\" on 0.0.0.0:443, ignored\n";
    let host = with_nginx().file("/run/warning", warning);
    host.apply(PROXY).ends_with(1).says(&["another site has the name www.example.org, too"]);
    let host = with_nginx().file("/run/warning", &warning.replace("www.example", "other.example"));
    host.apply(PROXY).ends_with(0);
    let run = with_nginx().file(SITE, TEXT).observe("site_names /etc/nginx/conf.d/demo.conf");
    assert_eq!(run.out, "demo.example.org\nwww.example.org\n");
}

#[test]
fn an_nginx_that_does_not_run_needs_no_reload() {
    with_units(&["nginx.service ActiveState=inactive"]).apply("reload_nginx").ends_with(0).changed_nothing();
    with_units(&["nginx.service ActiveState=active"])
        .apply("reload_nginx")
        .called(&["systemctl reload -- nginx.service"]);
    let host = with_units(&["nginx.service ActiveState=active broken=1"]);
    host.apply("after_removal /etc/nginx/conf.d/demo.conf").ends_with(0).says(&["nginx could not be reloaded"]);
}

#[test]
fn what_nginx_says_against_its_configuration_is_told() {
    let ask = "observe_nginx_configuration";
    assert_eq!(with_nginx().observe(ask).observed(), (0, "valid"));
    let host = with_nginx().file("/run/complaint", "nginx: [emerg] host not found\nnginx: test failed\n");
    assert_eq!(host.observe(ask).observed(), (0, "host not found"));
    let host = with_nginx().file("/run/complaint", "killed\n");
    assert_eq!(host.observe(ask).observed(), (0, "killed"));
    assert_eq!(with_nginx().observe_as(1000, ask).observed(), (2, "only root can see this"));
    assert_eq!(Host::new().observe(ask).observed(), (2, "nginx is not installed"));
}

#[test]
fn a_site_is_current_only_where_nginx_has_read_it() {
    let ask = "observe_nginx_site /etc/nginx/conf.d/demo.conf";
    assert_eq!(with_nginx().file(SITE, TEXT).observe(ask).observed(), (0, "current"));
    assert_eq!(with_nginx().observe(ask).observed(), (1, "/etc/nginx/conf.d/demo.conf does not exist"));
    let host = with_nginx().file(SITE, TEXT).command("nginx", "");
    assert_eq!(host.observe(ask).observed(), (1, "nginx does not read /etc/nginx/conf.d/demo.conf"));
    let host = worker(with_nginx().file(SITE, TEXT), 51, 10);
    let run = host.observe(ask);
    assert!(run.out.ends_with("changed after nginx had last read its configuration\n"), "{run}");
    let host = with_nginx().file(SITE, TEXT).file("/proc/50/task/50/children", "\n");
    assert_eq!(host.observe(ask).observed(), (1, "nginx does not run"));
    assert_eq!(with_nginx().observe_as(1000, ask).observed(), (2, "only root can see this"));
    assert!(with_nginx().observe("nginx_loaded").out.trim().parse::<u64>().unwrap() > 1_600_000_000);
    assert_eq!(with_units(&[]).observe("nginx_workers").out, "");
}

#[test]
fn a_certificate_that_was_replaced_went_on_being_served_as_it_was() {
    let host = with_nginx();
    let line = format!("    ssl_certificate {};\n    server_name", host.at("/run/certificate").display());
    let host = host.file(SITE, &TEXT.replace("    server_name", &line)).file("/run/certificate", "");
    host.bash("touch -d @1000 /run/certificate").ends_with(0);
    assert_eq!(host.observe(&format!("observe_nginx_site {SITE}")).observed(), (0, "current"));
    host.bash("touch -d @4100000000 /run/certificate").ends_with(0);
    let told = "/run/certificate changed after nginx had last read its configuration";
    assert_eq!(host.observe(&format!("observe_nginx_site {SITE}")).observed(), (0, told));
}

/// As `cp --preserve` and `rsync --times` bring it.
#[test]
fn a_certificate_that_kept_its_old_time_is_loaded_by_the_next_deployment() {
    let host = with_nginx();
    let line = format!("    ssl_certificate {};\n    server_name", host.at("/run/certificate").display());
    let text = TEXT.replace("    server_name", &line);
    let host = worker(host.packaged(SITE, &text).file(SITE, &text).file("/run/certificate", ""), 51, 1);
    host.bash("find /etc/nginx /run/certificate -exec touch -d @1000 {} +").ends_with(0);
    assert_eq!(host.observe(&format!("observe_nginx_site {SITE}")).observed(), (0, "current"));
    host.check(PROXY).says(&["/run/certificate was put in place after nginx had last read it"]);
    host.apply(PROXY).ends_with(0).says(&["changed"]);
    host.no_op(PROXY);
}

#[test]
fn a_configuration_that_nginx_does_not_take_is_not_read_as_an_empty_one() {
    let other = "server {\n  listen 443 default_server;\n}\n";
    let host = with_nginx().file(SITE, TEXT).file("/etc/nginx/conf.d/other.conf", other);
    let host = host.file("/run/complaint", "nginx: [emerg] unknown directive \"liste\"\n");
    assert_eq!(host.observe("default_servers").code, 1);
    let refused = (1, "nginx does not take its configuration");
    assert_eq!(host.observe(&format!("observe_nginx_site {SITE}")).observed(), refused);
    assert_eq!(host.observe(&format!("observe_nginx_setting {SITE} listen")).observed(), refused);
    host.survey(ALL_NAMES).ends_with(0).says(&["cannot be seen: unknown directive \"liste\""]);
}

#[test]
fn a_setting_is_told_as_nginx_reads_it() {
    let host = with_nginx().file(SITE, TEXT).file("/etc/nginx/conf.d/other.conf", "proxy_read_timeout 5s;\n");
    let ask = |name: &str| host.observe(&format!("observe_nginx_setting {SITE} {name}")).out;
    assert_eq!((ask("proxy_read_timeout"), ask("proxy_pass")), ("90s\n".to_owned(), "none\n".to_owned()));
    let places = "    location /a {\n        proxy_pass http://127.0.0.1:1;\n    }\n    location / {\n        proxy_pass http://127.0.0.1:2;\n    }\n}";
    let host = host.file(SITE, &TEXT.replace('}', places));
    let pass = host.observe(&format!("observe_nginx_setting {SITE} proxy_pass")).out;
    assert_eq!(pass, "http://127.0.0.1:1 http://127.0.0.1:2\n");
    assert_eq!(host.observe_as(1000, "observe_nginx_setting /etc/x y").observed(), (2, "only root can see this"));
}

#[test]
fn the_site_is_asked_on_this_host_whatever_its_name_resolves_to() {
    let host = Host::new().command("curl", "echo '301 https://demo.example.org/a'");
    for ask in ["observe_proxied GET", "observe_proxied_redirect", "observe_proxied_upload"] {
        let size = if ask.ends_with("upload") { " 99" } else { "" };
        let run = host.observe(&format!("{ask} http://demo.example.org/a{size}"));
        assert_eq!(run.observed(), (0, "301 https://demo.example.org/a"), "{run}");
        let call = run.calls_of("curl")[0];
        assert!(call.contains("--connect-to ::127.0.0.1:") && call.contains("--insecure"), "{call}");
        assert!(!call.contains("--location"), "{call}");
        assert!(!ask.ends_with("upload") || call.contains("'Content-Length: 99'"), "{call}");
    }
    let run = host.observe("OPTION_OUTSIDE_HOST=2001:db8::7; observe_proxied GET https://demo.example.org/");
    assert!(run.calls_of("curl")[0].contains("::[2001:db8::7]:"), "{run}");
    assert!(!run.calls_of("curl")[0].contains("--interface"), "{run}");
    assert_eq!(Host::new().observe("observe_proxied GET http://x/").observed(), (2, "curl is not installed"));
    assert_eq!(Host::new().observe("proxy_address").out, "127.0.0.1\n");
}

#[test]
fn a_websocket_that_was_opened_stays_open_and_counts() {
    let ask = "observe_proxied_upgrade https://demo.example.org/live";
    let run = Host::new().command("curl", "printf 101; exit 28").observe(ask);
    assert_eq!(run.observed(), (0, "101"));
    assert!(run.calls_of("curl")[0].contains("'Upgrade: websocket'"), "{run}");
    let run = Host::new().command("curl", "printf 000; exit 7").observe(ask);
    assert_eq!(run.observed(), (1, "no answer from https://demo.example.org/live"));
    assert_eq!(Host::new().observe(ask).observed(), (2, "curl is not installed"));
}

#[test]
fn headers_are_told_as_they_are_sent() {
    let host = Host::new().command(
        "curl",
        "printf 'HTTP/1.1 413 Too Large\\r\\nX-Frame-Options:  DENY\\r\\nServer: nginx\\r\\nx-twice: a\\r\\nX-Twice: b\\r\\n'",
    );
    let ask = |name: &str| host.observe(&format!("observe_proxied_header {name} https://demo.example.org/")).out;
    assert_eq!(
        (ask("x-frame-options"), ask("X-Twice"), ask("X-None")),
        ("DENY\n".into(), "a, b\n".into(), "absent\n".into())
    );
    assert_eq!(host.observe("header_of Server $'Server: x\\r'").out, "x\n");
    let errors = "observe_headers_of_errors https://demo.example.org/ X-Frame-Options";
    assert_eq!(host.observe(errors).observed(), (0, "all"));
    assert_eq!(host.observe(&format!("{errors} X-None")).observed(), (0, "X-None is absent"));
    let host = Host::new().command("curl", "printf 'HTTP/1.1 200 OK\\r\\n'");
    assert_eq!(host.observe(errors).observed(), (1, "no error could be provoked: HTTP/1.1 200 OK"));
    let host = Host::new().command("curl", "exit 7");
    assert_eq!(host.observe(errors).code, 1);
    assert_eq!(host.observe("observe_proxied_header Server https://x/").code, 1);
}

#[test]
fn too_many_requests_at_once_come_from_an_address_of_their_own() {
    let ask = "observe_rate_limit https://demo.example.org/ 2 60";
    let run = Host::new().command("curl", "printf '200\\n429\\n200\\n'").observe(ask);
    assert_eq!(run.observed(), (0, "429"));
    let call = run.calls_of("curl")[0];
    assert!(call.contains("--interface 127.") && !call.contains("--interface 127.0.0.1 "), "{call}");
    assert_eq!(call.matches("--output /dev/null https://demo.example.org/").count(), 14, "{call}");
    let run = Host::new().command("curl", "printf '200\\n200\\n200\\n'").observe(ask);
    assert_eq!(run.observed(), (0, "none of 70 requests at once was refused"));
    let run = Host::new().command("curl", "printf '000\\n'; exit 7").observe(ask);
    assert_eq!(run.observed(), (1, "no answer from https://demo.example.org/"));
    assert_eq!(Host::new().observe(ask).observed(), (2, "curl is not installed"));
}

#[test]
fn a_host_that_opens_connections_no_faster_than_the_limit_lets_in_is_asked_five_times_as_often() {
    let slow = "if [ $# -gt 100 ]; then echo 429; else echo 200; fi";
    let run = Host::new().command("curl", slow).observe("observe_rate_limit https://demo.example.org/ 2 60");
    assert_eq!(run.observed(), (0, "429"));
    assert_eq!(run.calls_of("curl").len(), 2, "{run}");
    // 70 requests in more than 60 ms, where 60,000 a minute may come: no wonder that none was refused.
    let slower = Host::new().command("curl", "/bin/sleep 0.1; echo 200");
    let (code, said) = {
        let run = slower.observe("observe_rate_limit https://demo.example.org/ 2 60000");
        (run.code, run.out)
    };
    assert!(
        code == 2 && said.starts_with("this host takes ") && said.ends_with("the limit is never reached\n"),
        "{said}"
    );
}

#[test]
fn the_third_validation_in_a_row_was_refused_by_the_sites_own_rate_limit() {
    let host = Host::new().command("curl", "echo 200");
    let clients: std::collections::BTreeSet<String> = (0..5)
        .map(|_| {
            let run = host.observe("observe_proxied GET https://demo.example.org/");
            let call = run.calls_of("curl")[0].to_owned();
            call.split(' ').skip_while(|word| *word != "--interface").nth(1).unwrap().to_owned()
        })
        .collect();
    assert!(clients.len() > 1 && clients.iter().all(|client| client.starts_with("127.")), "{clients:?}");
}
