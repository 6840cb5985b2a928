//! Where the service listens behind its proxy.
//!
//! In: `127.0.0.1:8000`, `localhost:8000`. Out: a port on this host. What lies on other hosts is nobody's service here, so
//! there is no value for it.

use std::fmt;
use std::str::FromStr;

use crate::value::{InvalidValue, Port, string_value};

/// A port on this host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Upstream(pub Port);

string_value!(Upstream, "^(127\\.0\\.0\\.1|localhost):[0-9]+$");

impl fmt::Display for Upstream {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "127.0.0.1:{}", self.0)
    }
}

impl FromStr for Upstream {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let port = ["127.0.0.1:", "localhost:", "[::1]:"].iter().find_map(|host| text.strip_prefix(host));
        let expected = "a port on this host such as 127.0.0.1:8000";
        port.and_then(|port| port.parse().ok()).map(Self).ok_or_else(|| InvalidValue::new(text, expected))
    }
}
