# observe_machine processors|memory|disk prints a size of this machine: processors that can be used; MiB of memory; MiB of the root file system.

observe_machine() {
  case $1 in
    processors) nproc ;;
    memory) awk '$1 == "MemTotal:" { print int($2 / 1024) }' /proc/meminfo ;;
    disk) df --output=size --block-size=1M / | awk 'NR == 2 { print $1 }' ;;
  esac
}
