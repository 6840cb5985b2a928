//! Times of day, days of the week, and calendar expressions.
//!
//! In: how often something happens, at what time and on which day. Out: the expression that systemd.timer(5) takes in
//! `OnCalendar=`. What no expression can say, "every 5 hours" for one, gives none: a clock that starts again each day
//! would make it something else.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{InvalidValue, Seconds, string_value};

/// A time of day, on the host's clock unless it says UTC: `02:30`, `02:30 UTC`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeOfDay {
    hour: u8,
    minute: u8,
    utc: bool,
}

string_value!(TimeOfDay, "^([01][0-9]|2[0-3]):[0-5][0-9]( UTC)?$");

impl TimeOfDay {
    /// `None` where no clock shows it.
    #[must_use]
    pub fn new(hour: u8, minute: u8, utc: bool) -> Option<Self> {
        (hour < 24 && minute < 60).then_some(Self { hour, minute, utc })
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:02}:{:02}{}", self.hour, self.minute, if self.utc { " UTC" } else { "" })
    }
}

impl FromStr for TimeOfDay {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let (clock, utc) = text.strip_suffix(" UTC").map_or((text, false), |clock| (clock, true));
        let parts = clock.split_once(':').filter(|(hour, minute)| hour.len() == 2 && minute.len() == 2);
        let number = |part: &str| part.parse::<u8>().ok().filter(|_| part.bytes().all(|byte| byte.is_ascii_digit()));
        parts
            .and_then(|(hour, minute)| Self::new(number(hour)?, number(minute)?, utc))
            .ok_or_else(|| InvalidValue::new(text, "a time of day such as 02:30, or 02:30 UTC"))
    }
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the days of the week")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    /// As systemd.time(7) writes it.
    #[must_use]
    pub fn short(self) -> &'static str {
        match self {
            Self::Monday => "Mon",
            Self::Tuesday => "Tue",
            Self::Wednesday => "Wed",
            Self::Thursday => "Thu",
            Self::Friday => "Fri",
            Self::Saturday => "Sat",
            Self::Sunday => "Sun",
        }
    }
}

const MINUTE: u64 = 60;
const HOUR: u64 = 3600;
const DAY: u64 = 86_400;

/// A month, as durations count it.
const MONTH: u64 = 2_629_800;

/// The expression for `OnCalendar=`: every so often, from this time of day on. Weekly without a day means Sunday, monthly
/// the first of the month.
#[must_use]
pub fn calendar(every: Seconds, at: TimeOfDay, weekday: Option<Weekday>) -> Option<String> {
    let TimeOfDay { hour, minute, utc } = at;
    let zone = if utc { " UTC" } else { "" };
    let seconds = Some(every.whole()).filter(|_| every.0.fract() == 0.0)?;
    let day = weekday.unwrap_or(Weekday::Sunday).short();
    let times = match seconds {
        DAY => format!("*-*-* {hour:02}:{minute:02}:00"),
        seconds if seconds == 7 * DAY => format!("{day} *-*-* {hour:02}:{minute:02}:00"),
        MONTH => format!("*-*-01 {hour:02}:{minute:02}:00"),
        HOUR => format!("*-*-* *:{minute:02}:00"),
        hours if hours > 0 && hours < DAY && hours.is_multiple_of(HOUR) && DAY.is_multiple_of(hours) => {
            let step = hours / HOUR;
            format!("*-*-* {:02}/{step}:{minute:02}:00", u64::from(hour) % step)
        }
        minutes if minutes > 0 && minutes < HOUR && minutes.is_multiple_of(MINUTE) && HOUR.is_multiple_of(minutes) => {
            format!("*-*-* *:00/{}:00", minutes / MINUTE)
        }
        _ => return None,
    };
    Some(format!("{times}{zone}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_day_is_one_that_a_clock_shows() {
        assert_eq!("02:30 UTC".parse::<TimeOfDay>().unwrap().to_string(), "02:30 UTC");
        for wrong in ["24:00", "2:30", "02:60", "+2:30", "02:30 CET", ""] {
            assert!(wrong.parse::<TimeOfDay>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_a_calendar_can_say_is_said_and_nothing_else() {
        let at = "02:30".parse().unwrap();
        for (every, expression) in [
            (900.0, Some("*-*-* *:00/15:00")),
            (3600.0, Some("*-*-* *:30:00")),
            (21_600.0, Some("*-*-* 02/6:30:00")),
            (86_400.0, Some("*-*-* 02:30:00")),
            (604_800.0, Some("Sun *-*-* 02:30:00")),
            (2_629_800.0, Some("*-*-01 02:30:00")),
            (18_000.0, None),
            (172_800.0, None),
            (0.0, None),
            (0.5, None),
        ] {
            assert_eq!(calendar(Seconds(every), at, None).as_deref(), expression, "{every}");
        }
        let monday = calendar(Seconds(604_800.0), "04:00 UTC".parse().unwrap(), Some(Weekday::Monday));
        assert_eq!(monday.as_deref(), Some("Mon *-*-* 04:00:00 UTC"));
    }
}
