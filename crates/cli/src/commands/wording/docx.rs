//! The text of a Word document: its paragraphs, tables, notes, headers and comments, as it would be read.
use std::io::Read;
use std::path::Path;

use anyhow::Context as _;

/// Most text taken from one part of a document, in bytes, whatever the archive claims: 64 MiB.
const LARGEST_PART: u64 = 64 << 20;

/// The text of the document at `path`, one paragraph a line. Deleted text under tracked changes is left out.
pub(crate) fn text(path: &Path) -> anyhow::Result<String> {
    let file = std::fs::File::open(path)?;
    let mut archive = zip::ZipArchive::new(std::io::BufReader::new(file))
        .context("not a Word document: the archive cannot be read")?;
    let names: Vec<String> = archive.file_names().filter_map(Result::ok).map(|n| n.into_owned()).collect();
    let mut parts: Vec<String> = names.into_iter().filter(|n| is_text(n)).collect();
    parts.sort_by_key(|n| (n != "word/document.xml", n.clone()));
    anyhow::ensure!(
        parts.first().is_some_and(|n| n == "word/document.xml"),
        "not a Word document: it has no word/document.xml"
    );
    let mut out = String::new();
    for name in parts {
        let part = archive.by_name(&name).with_context(|| format!("`{name}` inside cannot be read"))?;
        let mut xml = Vec::new();
        part.take(LARGEST_PART + 1)
            .read_to_end(&mut xml)
            .with_context(|| format!("`{name}` inside is damaged"))?;
        anyhow::ensure!(xml.len() as u64 <= LARGEST_PART, "`{name}` inside is larger than 64 MiB");
        let xml = std::str::from_utf8(&xml).with_context(|| format!("`{name}` inside is not UTF-8"))?;
        paragraphs(xml, &mut out);
    }
    Ok(out)
}

fn is_text(name: &str) -> bool {
    let Some(part) = name.strip_prefix("word/") else { return false };
    part == "document.xml"
        || (part.ends_with(".xml")
            && ["header", "footer", "footnotes", "endnotes", "comments"].iter().any(|k| part.starts_with(k)))
}

fn paragraphs(xml: &str, out: &mut String) {
    let mut rest = xml;
    let mut in_text = false;
    while let Some(open) = rest.find('<') {
        if in_text {
            unescape(&rest[..open], out);
        }
        let Some(close) = rest[open..].find('>') else { return };
        let tag = &rest[open + 1..open + close];
        let name = tag.trim_end_matches('/').split([' ', '\t', '\n', '\r']).next().unwrap_or_default();
        match name {
            "w:t" => in_text = !tag.ends_with('/'),
            "/w:t" => in_text = false,
            "/w:p" => out.push('\n'),
            "w:tab" => out.push('\t'),
            "w:br" | "w:cr" => out.push('\n'),
            "w:noBreakHyphen" => out.push('-'),
            _ => {}
        }
        rest = &rest[open + close + 1..];
    }
}

fn unescape(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(i) = rest.find('&') {
        out.push_str(&rest[..i]);
        let Some(end) = rest[i..].find(';').filter(|e| *e < 12) else {
            out.push('&');
            rest = &rest[i + 1..];
            continue;
        };
        let entity = &rest[i + 1..i + end];
        let number = entity
            .strip_prefix("#x")
            .and_then(|h| u32::from_str_radix(h, 16).ok())
            .or_else(|| entity.strip_prefix('#').and_then(|d| d.parse().ok()));
        let read = match entity {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => number.and_then(char::from_u32),
        };
        match read {
            Some(c) => out.push(c),
            None => out.push_str(&rest[i..=i + end]),
        }
        rest = &rest[i + end + 1..];
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_runs_and_entities() {
        let mut out = String::new();
        paragraphs(
            "<w:p><w:r><w:t>She is </w:t></w:r><w:r><w:t xml:space=\"preserve\">putting &amp; &#233;</w:t></w:r><w:del><w:delText>gone</w:delText></w:del></w:p><w:p><w:t/>x</w:p>",
            &mut out,
        );
        assert_eq!(out, "She is putting & é\n\n");
    }
}
