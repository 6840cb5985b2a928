# The help text.
# requires: step

usage() {
  cat <<TEXT
Usage: deploy.sh [OPTION]…
Makes this host what the specification of $SERVICE says ($DESCRIPTION; $UNIT). A second run changes nothing.
It never asks: what needs a decision is refused with the option that takes it.

Look, without changing anything:
  --list               the steps, with the requirements that they fulfil
  --dry-run            what would be done; writes nothing at all
  --check              drift: exit 1 and a list, if the host is not as this package left it

Deploy:
  --only STEP          one step, by number or name (see --list); preflight always runs
  --app DIR            deploy the application from DIR instead of this package's app/; a package that has none keeps
                       the application that was deployed last
  --accept NAME        accept a risk that preflight named; may be repeated
  --offline            use no network: packages from the local cache, Python packages from app/wheels/
  --console            you are at a console, not on SSH: a change of the SSH server cannot lock you out
  --force-platform     deploy to a distribution release that was not planned for
  --wait-lock SECONDS  wait for another deployment to finish (default: 0)
  --no-color           plain text

From a workstation:
  --host SERVER        ship this package to SERVER (as ssh takes it: name or user@name), do there what the other options say,
                       confirm through a new connection, validate there and from here; needs root or sudo there, no password
    --ssh-config FILE  with --host: as ssh -F
    --evidence DIR     with --host: where the results are written (default: here, or beside the package)

Afterwards:
  --confirm            keep firewall and SSH changes; counts only from an SSH session opened after the change
  --revert-now         undo unconfirmed firewall and SSH changes at once
  --rollback [PACKAGE] deploy the last package that was healthy before this one, or the one named
  --uninstall          remove the service; keeps its data, secrets, user and the host's hardening
    --purge            with --uninstall: remove those of them, too, that this package created; data only with
    --data=$SERVICE    naming the service whose data may go

Exit: 0 done · 1 failed, run it again · 2 usage, or not root · 3 refused, nothing changed · 4 failed and rolled back, the
old version is healthy · 5 applied, awaiting --confirm · 6 secrets are missing · 75 another deployment is running
TEXT
  list_steps
}

# The steps of this package, by the names that --only takes.
list_steps() {
  # Where only the functions are there, there is no plan.
  declare -F step_purpose >/dev/null || return 0
  printf '\nSteps of this package, as --only takes them; --list adds the requirements:\n'
  run_mode=help
  walk_plan count
}
