//! Stylesheet, scripts and icon, embedded and named by their content.
//!
//! The names change when the bytes do, so a server may answer
//! `Cache-Control: public, max-age=31536000, immutable`. Nothing is inline on any page, so
//! `script-src 'self'; style-src 'self'` is enough of a content security policy.

/// One file to serve.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Asset {
    /// Where pages look for it, from the root: `/assets/app-0123456789ab.css`.
    pub path: &'static str,
    /// Its media type.
    pub content_type: &'static str,
    /// The file.
    pub bytes: &'static [u8],
    /// The file, gzipped at build time.
    pub gzip: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

const ALL: [Asset; 5] = [STYLESHEET, GOVUK_SCRIPT, SCRIPT, EARLY_SCRIPT, ICON];

/// Every file that pages ask for.
#[must_use]
pub fn assets() -> &'static [Asset] {
    &ALL
}

/// The one stylesheet: govuk-frontend's and our own.
#[must_use]
pub fn stylesheet_href() -> &'static str {
    STYLESHEET.path
}

/// Our script, a module, which also starts govuk-frontend's components.
#[must_use]
pub fn script_href() -> &'static str {
    SCRIPT.path
}

/// govuk-frontend's script, which ours imports; pages name it so that both are fetched at once.
#[must_use]
pub fn govuk_script_href() -> &'static str {
    GOVUK_SCRIPT.path
}

/// The two lines that must run before the body is painted, so that nothing jumps.
#[must_use]
pub fn early_script_href() -> &'static str {
    EARLY_SCRIPT.path
}

/// The icon in the browser's tab.
#[must_use]
pub fn icon_href() -> &'static str {
    ICON.path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_only_gov_uk_hosts_may_show_is_served() {
        let css = std::str::from_utf8(STYLESHEET.bytes).unwrap();
        for trace in ["GDS Transport", "@font-face", "govuk-crest", "url(/assets"] {
            assert!(!css.contains(trace), "{trace}");
        }
        assert!(css.contains("system-ui"));
    }

    #[test]
    fn a_page_transfers_less_than_100_kb() {
        let total: usize = assets().iter().map(|asset| asset.gzip.len()).sum();
        println!("{total} bytes of assets, gzipped");
        assert!(total < 60_000, "{total} bytes leaves less than 40 KB for the page");
    }

    #[test]
    fn our_script_imports_the_module_by_its_served_name() {
        let script = std::str::from_utf8(SCRIPT.bytes).unwrap();
        let name = GOVUK_SCRIPT.path.trim_start_matches("/assets/");
        assert!(script.contains(name));
        assert!(std::str::from_utf8(GOVUK_SCRIPT.bytes).unwrap().contains("initAll"));
    }

    #[test]
    fn every_path_is_served_once() {
        let mut paths: Vec<_> = assets().iter().map(|asset| asset.path).collect();
        paths.sort_unstable();
        paths.dedup();
        assert_eq!(paths.len(), assets().len());
    }
}
