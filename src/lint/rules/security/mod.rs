//! Security: what is dangerous as written.

mod data_port_open_to_everyone;
mod development_mode;
mod port_exposed_beside_proxy;
mod world_readable_secrets;
mod world_writable;

use super::Rule;

pub(super) static RULES: &[&Rule] = &[
    &data_port_open_to_everyone::RULE,
    &development_mode::RULE,
    &port_exposed_beside_proxy::RULE,
    &world_readable_secrets::RULE,
    &world_writable::RULE,
];
