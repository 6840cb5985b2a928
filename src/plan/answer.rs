//! What is observed of the service's answers: whether they come, over the days, and how fast.
//!
//! In: decisions of the capabilities that measure. Out: parts of the plan that name the shell functions for them. No quoting
//! here.

use super::Call;
use crate::value::{Percent, Seconds};

/// What is made of the times that many requests took.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Statistic {
    /// Their mean.
    Mean,
    /// The time that this share of them does not exceed.
    Percentile(Percent),
}

/// What is observed of the answers.
#[allow(missing_docs, reason = "the fields of a kind say no more than their names and types")]
#[derive(Debug, Clone, PartialEq)]
pub enum AnswerObserver {
    /// How many seconds ago an uptime monitor, named as its unit, has last asked the service.
    LastAsked { monitor: String },
    /// What the outages of the last 30 days leave of 100 %; the interval lies between two requests of the monitor.
    Availability { monitor: String, interval: Seconds },
    /// Milliseconds; without a status, every answer counts that is no error.
    ResponseTime { method: String, url: String, status: Option<u16>, requests: u64, statistic: Statistic },
}

impl Statistic {
    fn word(self) -> String {
        match self {
            Self::Mean => "mean".to_owned(),
            Self::Percentile(share) => share.0.to_string(),
        }
    }
}

impl AnswerObserver {
    /// The shell function that prints it.
    #[must_use]
    pub fn call(&self) -> Call {
        match self {
            Self::LastAsked { monitor } => Call::new("observe_last_asked", [monitor]),
            Self::Availability { monitor, interval } => {
                Call::new("observe_availability", [monitor.as_str(), &interval.whole().to_string()])
            }
            Self::ResponseTime { method, url, status, requests, statistic } => {
                let status = status.map_or_else(|| "any".to_owned(), |status| status.to_string());
                let words = [method.clone(), url.clone(), status, requests.to_string(), statistic.word()];
                Call::new("observe_response_time", words)
            }
        }
    }
}
