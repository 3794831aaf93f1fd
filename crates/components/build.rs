//! Brings govuk-frontend from npm, takes out what only gov.uk hosts may use, and embeds the result.
//!
//! The precompiled files are used as they are except for three edits: the two `@font-face` rules and the
//! typeface's name go, and so do the pictures that only the crown pages need. Colours are set by custom
//! properties in `assets/app.css`, so no Sass is compiled.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a build script has one way to fail: stop the build and say what to do"
)]

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};

/// Names an unpacked govuk-frontend package, for machines that have no npm.
const FOLDER_VARIABLE: &str = "CHILDFIRST_GOVUK_FRONTEND";
/// The system's own sans-serif, in the place of the typeface that is licensed for gov.uk only.
const FONT_STACK: &str = "system-ui,-apple-system,\"Segoe UI\",Roboto,\"Noto Sans\",Arial,sans-serif";

fn main() {
    for path in ["npm/package.json", "npm/package-lock.json", "npm/.npmrc", "assets"] {
        println!("cargo:rerun-if-changed={path}");
    }
    println!("cargo:rerun-if-env-changed={FOLDER_VARIABLE}");

    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets OUT_DIR"));
    // What is installed here is new in every run of this script: watched, it would make each build begin again.
    let package = match env::var(FOLDER_VARIABLE) {
        Ok(folder) => {
            println!("cargo:rerun-if-changed={folder}/dist/govuk");
            PathBuf::from(folder)
        }
        Err(_) => install(&out),
    };
    // The conformance suite reads the package's fixtures from here.
    println!("cargo:rustc-env=GOVUK_FRONTEND_DIR={}", package.display());

    let mut assets = Assets { out, rust: String::new() };
    let govuk = without_crown(&read(&package.join("dist/govuk/govuk-frontend.min.css")));
    let own = read(Path::new("assets/app.css")) + &read(Path::new("assets/work.css"));
    assets.add("STYLESHEET", "app", "css", &format!("{govuk}\n{own}"));
    let module = read(&package.join("dist/govuk/govuk-frontend.min.js"));
    let module = module.split("//# sourceMappingURL").next().unwrap_or_default();
    let module = assets.add("GOVUK_SCRIPT", "govuk-frontend", "js", module);
    let script = read(Path::new("assets/app.js")).replace("./govuk-frontend.js", &format!("./{module}"));
    assets.add("SCRIPT", "app", "js", &script);
    assets.add("EARLY_SCRIPT", "js-enabled", "js", &read(Path::new("assets/js-enabled.js")));
    assets.add("ICON", "icon", "svg", &read(Path::new("assets/icon.svg")));
    fs::write(assets.out.join("assets.rs"), &assets.rust).expect("OUT_DIR can be written");
}

/// Runs `npm ci` in OUT_DIR from the committed lock file and answers the package's folder.
fn install(out: &Path) -> PathBuf {
    for name in ["package.json", "package-lock.json", ".npmrc"] {
        fs::copy(Path::new("npm").join(name), out.join(name))
            .expect("the npm folder can be copied to OUT_DIR");
    }
    let run = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" })
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .current_dir(out)
        .output();
    let problem = match run {
        Ok(run) if run.status.success() => return out.join("node_modules/govuk-frontend"),
        Ok(run) => String::from_utf8_lossy(&run.stderr).into_owned(),
        Err(error) => error.to_string(),
    };
    panic!(
        "npm could not install govuk-frontend: {problem}\n\
         Install Node.js 18 or later with npm and try again.\n\
         Without npm: unpack govuk-frontend 6.6.0 anywhere and set {FOLDER_VARIABLE} to that folder \
         (the one that holds dist/govuk)."
    );
}

/// Removes the licensed typeface and the crest, which a service outside gov.uk may not show.
fn without_crown(css: &str) -> String {
    let mut css = css.to_owned();
    while let Some(start) = css.find("@font-face{") {
        let length = css[start..].find('}').expect("a font rule ends");
        css.replace_range(start..=start + length, "");
    }
    css = css.replace("GDS Transport,arial,sans-serif", FONT_STACK);
    css = css.replace("url(/assets/images/govuk-crest.svg)", "none");
    // The licence notice above the font rules goes with them; any other trace is an error.
    if let Some(start) = css.find("/*! Copyright") {
        let length = css[start..].find("*/").expect("a comment ends") + 2;
        css.replace_range(start..start + length, "");
    }
    for trace in ["GDS Transport", "@font-face", "url(/assets"] {
        assert!(!css.contains(trace), "govuk-frontend has changed: `{trace}` is still in its stylesheet");
    }
    css
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| {
        panic!("cannot read `{}`: {error} (does {FOLDER_VARIABLE} name the package?)", path.display())
    })
}

/// The generated file: one constant per asset, named by content so that browsers may keep it for ever.
struct Assets {
    out: PathBuf,
    rust: String,
}

impl Assets {
    fn add(&mut self, constant: &str, stem: &str, extension: &str, text: &str) -> String {
        let digest = Sha256::digest(text.as_bytes());
        let hash = digest.iter().take(6).fold(String::new(), |mut hash, byte| {
            let _ = write!(hash, "{byte:02x}");
            hash
        });
        let name = format!("{stem}-{hash}.{extension}");
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(text.as_bytes()).expect("memory can be written");
        fs::write(self.out.join(&name), text).expect("OUT_DIR can be written");
        fs::write(self.out.join(format!("{name}.gz")), gzip.finish().expect("memory can be written"))
            .expect("OUT_DIR can be written");
        let content_type = match extension {
            "css" => "text/css; charset=utf-8",
            "svg" => "image/svg+xml",
            _ => "text/javascript; charset=utf-8",
        };
        let _ = writeln!(
            self.rust,
            "const {constant}: Asset = Asset {{ path: \"/assets/{name}\", content_type: {content_type:?}, \
             bytes: include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{name}\")), \
             gzip: include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{name}.gz\")) }};"
        );
        name
    }
}
