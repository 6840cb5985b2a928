//! stub
use super::*;
macro_rules! stub { ($t:ident, $n:literal, $($f:ident: $ty:ty),*) => { pub mod $t { use super::*; #[derive(Clone, Default, serde::Serialize, serde::Deserialize, JsonSchema)] #[serde(default)] pub struct Facts { $(pub $f: Option<$ty>),* } pub struct C; impl Capability for C { type Facts = Facts; const NAME: &'static str = $n; const SUMMARY: &'static str = ""; const CUES: &'static [&'static str] = &[]; const EXAMPLES: &'static [Example] = &[]; fn recognise(_: &Clause<'_>, _: &Context<'_>) -> Option<Reading<Facts>> { None } fn contribute(_: &[Binding<Facts>], _: &Bindings, _: &mut PlanBuilder) {} } } } }
pub mod platform {
    pub fn target(_: &super::Bindings) -> Option<crate::target::Target> {
        None
    }
}
