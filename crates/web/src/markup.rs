//! Small pieces of markup that are no component: headings, paragraphs, links, lists, forms.
use cf_components::Html;

/// An element with a class and content. Text is escaped on its way in.
pub(crate) fn tag(name: &'static str, class: &str, content: impl Into<Html>) -> Html {
    let class = if class.is_empty() { String::new() } else { format!(" class=\"{}\"", Html::from(class)) };
    Html::trusted(format!("<{name}{class}>{}</{name}>\n", content.into()))
}

pub(crate) fn h1(text: impl Into<Html>) -> Html {
    tag("h1", "govuk-heading-l", text)
}

pub(crate) fn h2(text: impl Into<Html>) -> Html {
    tag("h2", "govuk-heading-m", text)
}

pub(crate) fn h3(text: impl Into<Html>) -> Html {
    tag("h3", "govuk-heading-s", text)
}

pub(crate) fn p(content: impl Into<Html>) -> Html {
    tag("p", "govuk-body", content)
}

pub(crate) fn div(class: &str, content: impl Into<Html>) -> Html {
    tag("div", class, content)
}

/// Words and where they lead. The address is escaped, so a value in it cannot leave the attribute.
pub(crate) fn link(href: &str, words: impl Into<Html>) -> Html {
    Html::trusted(format!("<a class=\"govuk-link\" href=\"{}\">{}</a>", Html::from(href), words.into()))
}

/// The same, with words heard but not seen, where several links say the same.
pub(crate) fn link_about(href: &str, words: &str, about: &str) -> Html {
    let about = tag("span", "govuk-visually-hidden", format!(" {about}"));
    link(href, Html::join([words.into(), about]))
}

pub(crate) fn list(items: impl IntoIterator<Item = Html>) -> Html {
    let items = Html::join(items.into_iter().map(|item| tag("li", "", item)));
    tag("ul", "govuk-list govuk-list--bullet", items)
}

pub(crate) fn hidden(name: &str, value: &str) -> Html {
    Html::trusted(format!(
        "<input type=\"hidden\" name=\"{}\" value=\"{}\">\n",
        Html::from(name),
        Html::from(value)
    ))
}

/// A form that changes something.
pub(crate) fn form(action: &str, content: impl Into<Html>) -> Html {
    Html::trusted(format!(
        "<form method=\"post\" action=\"{}\" novalidate>\n{}</form>\n",
        Html::from(action),
        content.into()
    ))
}

/// A form that asks for something.
pub(crate) fn ask(action: &str, class: &str, content: impl Into<Html>) -> Html {
    Html::trusted(format!(
        "<form method=\"get\" action=\"{}\" class=\"{}\" novalidate>\n{}</form>\n",
        Html::from(action),
        Html::from(class),
        content.into()
    ))
}

/// A text as people typed it: paragraphs and line breaks kept, everything else escaped.
pub(crate) fn prose(text: &str) -> Html {
    let paragraphs = text.split("\n\n").map(str::trim).filter(|part| !part.is_empty());
    Html::join(paragraphs.map(|part| {
        let lines: Vec<String> = part.lines().map(|line| Html::from(line).as_str().to_owned()).collect();
        p(Html::trusted(lines.join("<br>\n")))
    }))
}
