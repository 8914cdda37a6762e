//! Parts of a Markdown file that are written by a command, between two comments.

use anyhow::{Context, Result};

/// The part of that name.
pub(super) fn part<'a>(text: &'a str, name: &str) -> Result<&'a str> {
    let (begin, end) = span(text, name)?;
    Ok(&text[begin..end])
}

/// The file with another text in the part of that name.
pub(super) fn with_part(text: &str, name: &str, part: &str) -> Result<String> {
    let (begin, end) = span(text, name)?;
    Ok(format!("{}{}{}", &text[..begin], part, &text[end..]))
}

fn span(text: &str, name: &str) -> Result<(usize, usize)> {
    let first = format!("<!-- {name}: written by cargo xtask clients -->\n");
    let last = format!("<!-- /{name} -->");
    let begin = text.find(&first).map(|begin| begin + first.len());
    let begin = begin.with_context(|| format!("no line `{}`", first.trim_end()))?;
    let length = text[begin..].find(&last);
    let length = length.with_context(|| format!("no line `{last}`"))?;
    Ok((begin, begin + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_replaced_and_what_is_around_it_stays() {
        let text = "a\n<!-- x: written by cargo xtask clients -->\nold\n<!-- /x -->\nb\n";
        assert_eq!(part(text, "x").ok(), Some("old\n"));
        let new = with_part(text, "x", "new\n").expect("the part is there");
        assert_eq!(new, text.replace("old", "new"));
        assert!(part(text, "y").is_err());
        assert!(part(&text.replace("/x", "x"), "x").is_err());
    }
}
