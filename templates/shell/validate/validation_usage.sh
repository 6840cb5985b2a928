# validation_usage prints the help text.

validation_usage() {
  cat <<USAGE
Proves that $SERVICE on this host is what its specification asks for. Changes nothing, unless a drill is asked for.

usage: $0 [options]

Choose what is checked (each can be given more than once):
  --layer NAME           existence permissions service network security monitoring resources resilience
  --check ID             one check, as --list names it, or all of a capability: --check firewall
  --requirement ID       the checks that prove this requirement
  --list                 show what would be checked, and stop
  --from-outside HOST    run on a workstation: only what can be seen of HOST over the network

Choose how:
  --format FORMAT        text (default), tap or json
  --output FILE          write the report into FILE
  --fail-fast            stop after the first failure
  --timeout SECONDS      longest time that one check may take (default 30)
  --no-color             no colours (NO_COLOR is honoured too)

Drills break the service on purpose, and see whether it recovers:
  --drill NAME|all       run this drill, after the selected checks
  --host NAME            required with --drill: the name of this host
  --after-reboot         run the checks after the reboot drill, and finish that drill

Exit status: 0 all that was selected is proven; 1 a check failed; 2 something could not be checked
(not root, a missing tool, a drill that was named by --check or --requirement and not run), nothing was selected, or the
command line is wrong.
USAGE
}
