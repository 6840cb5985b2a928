//! Typed values: what a size, a port or a path is, once it has been read.
//!
//! In: text from a specification or a values file. Out: values that are valid because they exist. Each type parses and
//! displays itself and serializes in canonical units (bytes, seconds, percent, four-digit octal modes). Nothing here
//! knows sentences: where a value stands in a statement is the business of `spec`.

mod address;
mod date;
mod mode;
mod name;
mod path;
mod quantity;
mod schedule;

pub use address::{Endpoint, Network, Port, Protocol};
pub use date::Date;
pub use mode::FileMode;
pub use name::{HostName, Owner, PackageName, ServiceName, UserName, VariableName};
pub use path::UnixPath;
pub use quantity::{Bytes, Percent, Seconds};
pub use schedule::{TimeOfDay, Weekday, calendar};

/// Why a text is no value of a type. The message says what to write.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not {expected}")]
pub struct InvalidValue {
    /// The text as found.
    pub found: String,
    /// What the type accepts, with an example.
    pub expected: &'static str,
}

impl InvalidValue {
    pub(crate) fn new(found: &str, expected: &'static str) -> Self {
        Self { found: found.to_owned(), expected }
    }
}

/// Serializes through `Display`, deserializes through `FromStr`, and documents itself as a string in JSON Schema.
macro_rules! string_value {
    ($type:ty, $pattern:literal) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl schemars::JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "pattern": $pattern })
            }
        }
    };
}
pub(crate) use string_value;
