//! Committed texts that are made from the program are what the program makes.
//!
//! To write them anew: `SPECC_REGENERATE=1 cargo test --test generated`.

use std::fs;
use std::path::Path;

#[test]
fn generated_texts_are_fresh() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let regenerate = std::env::var_os("SPECC_REGENERATE").is_some();
    for generated in specc::docgen::generated() {
        let path = root.join(&generated.path);
        if regenerate {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &generated.text).unwrap();
        }
        let committed = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            committed == generated.text,
            "{} is stale; write it anew with: SPECC_REGENERATE=1 cargo test --test generated",
            generated.path
        );
    }
}
