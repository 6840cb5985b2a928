//! The specifications that are measured, made anew for every run.
//!
//! In: how many requirements. Out: a specification with as many. No sentence is anybody's; sizes are as in reviewed documents.

const HEAD: &str = "# Deployment Specification: Fleet\n\n## Service Definition\n\n- **Service name**: fleet\n- **Application**: fleet.py (FastAPI with uvicorn)\n- **Port**: 8100\n\n";

/// Requirements that compile, as many as asked for: each names something of its own.
pub fn specification(count: usize) -> String {
    let mut text = String::from(HEAD);
    text.push_str("## Functional Requirements\n\n");
    for number in 1..=count {
        match number % 4 {
            0 => {
                text.push_str(&format!("- FR-{number:05}: The environment variable SETTING_{number}=value-{number}\n"))
            }
            1 => text.push_str(&format!("- FR-{number:05}: The service starts automatically at system boot\n")),
            2 => {
                text.push_str(&format!("- FR-{number:05}: The service restarts on failure with a delay of 5 seconds\n"))
            }
            _ => text.push_str(&format!("- FR-{number:05}: Memory is limited to 512 MB\n")),
        }
    }
    text
}

/// About 87 bytes a requirement, as in reviewed documents: some compile, most are prose.
pub fn document(count: usize) -> String {
    let mut text = String::from(HEAD);
    for number in 1..=count {
        if number % 100 == 1 {
            text.push_str(&format!("\n## Functional Requirements {number}\n\n"));
        }
        match number % 5 {
            0 => text.push_str(&format!("- FR-{number:05}: The service restarts on failure after a delay of five seconds, and stays up then\n")),
            _ => text.push_str(&format!("- FR-{number:05}: The operator sees the order number {number} in the printed list of that same morning\n")),
        }
    }
    text
}
