//! Headers by which browsers are told to be careful: their names, and what they say unless a specification says otherwise.
//!
//! In: nothing. Out: the list. Values are those of OWASP's Secure Headers Project, but for what could break an application
//! that nobody has looked at: a content security policy forbids only to frame the site.

/// A header that is known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    /// As it is sent.
    pub name: &'static str,
    /// How people write it, in the pattern language of cues.
    pub phrase: &'static str,
    /// What it says by default.
    pub value: &'static str,
    /// What that does, for the operator.
    pub comment: &'static str,
    /// Whether it is sent where "security headers" are asked for and none is named.
    pub usual: bool,
}

/// The one that tells browsers to come back over HTTPS alone; sent over HTTPS only.
pub(super) const TRANSPORT: &str = "Strict-Transport-Security";

/// All of them.
pub(super) const HEADERS: &[Known] = &[
    Known {
        name: TRANSPORT,
        phrase: "strict transport security|hsts",
        value: "max-age=31536000",
        comment: "browsers that were here once come back over HTTPS alone",
        usual: true,
    },
    Known {
        name: "X-Content-Type-Options",
        phrase: "x content type options",
        value: "nosniff",
        comment: "browsers take the type of an answer as it is declared",
        usual: true,
    },
    Known {
        name: "X-Frame-Options",
        phrase: "x frame options",
        value: "DENY",
        comment: "no other site shows this one in a frame",
        usual: true,
    },
    Known {
        name: "Referrer-Policy",
        phrase: "referrer policy",
        value: "strict-origin-when-cross-origin",
        comment: "other sites learn no more than where somebody comes from",
        usual: true,
    },
    Known {
        name: "Content-Security-Policy",
        phrase: "content security policy|csp",
        value: "frame-ancestors 'none'",
        comment: "what a page may load, and who may frame it",
        usual: false,
    },
    Known {
        name: "Permissions-Policy",
        phrase: "permissions policy",
        value: "camera=(), geolocation=(), microphone=()",
        comment: "pages do not get at camera, place and microphone",
        usual: false,
    },
];

/// The header of this name, in any case.
pub(super) fn known(name: &str) -> Option<&'static Known> {
    HEADERS.iter().find(|header| header.name.eq_ignore_ascii_case(name))
}
