//! QR codes as drawings, on white in every scheme so that any camera reads them.

use std::fmt::Write as _;

use fast_qr::{ECL, QRBuilder};
use leptos::either::Either;
use leptos::prelude::*;

use crate::t;

/// Light modules around the code. Source: ISO/IEC 18004, the quiet zone.
const QUIET_MODULES: usize = 4;

/// A code and its side in modules, quiet zone included.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Drawing {
    path: String,
    side: usize,
}

/// Draws the dark modules as runs; nothing where the content is too long for a code.
fn draw(content: &str) -> Option<Drawing> {
    let code = QRBuilder::new(content).ecl(ECL::M).build().ok()?;
    let mut path = String::new();
    for row in 0..code.size {
        let mut column = 0;
        while column < code.size {
            let run = code[row][column..code.size]
                .iter()
                .take_while(|module| module.value())
                .count();
            if run > 0 {
                let (x, y) = (column + QUIET_MODULES, row + QUIET_MODULES);
                let _ = write!(path, "M{x} {y}h{run}v1h-{run}z");
            }
            column += run.max(1);
        }
    }
    Some(Drawing {
        path,
        side: code.size + 2 * QUIET_MODULES,
    })
}

/// A QR code of `content`, named by `title` for those who cannot see it.
#[component]
pub fn QrCode(
    #[prop(into)] content: Signal<String>,
    #[prop(into)] title: Signal<String>,
) -> impl IntoView {
    let drawing = Memo::new(move |_| content.with(|content| draw(content)));
    move || match drawing.get() {
        Some(Drawing { path, side }) => Either::Left(view! {
            <svg
                class="qr-code"
                role="img"
                aria-label=move || title.get()
                viewBox=format!("0 0 {side} {side}")
                shape-rendering="crispEdges"
            >
                <path class="qr-ground" d=format!("M0 0h{side}v{side}h-{side}z")></path>
                <path class="qr-modules" d=path></path>
            </svg>
        }),
        None => Either::Right(view! { <p class="qr-failure">{t!(qr.too_long)}</p> }),
    }
}

/// A code with its words, for the screen and for a printed sheet (`<div class="code-sheet">`).
#[component]
pub fn CodeCard(
    #[prop(into)] content: Signal<String>,
    #[prop(into)] title: Signal<String>,
    /// Whom or what it is for.
    #[prop(optional, into)]
    subtitle: MaybeProp<String>,
    /// The same code as letters and digits.
    #[prop(optional, into)]
    typed: MaybeProp<String>,
    /// How long and how often it works.
    #[prop(optional, into)]
    footer: MaybeProp<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <article class="code-card">
            <p class="code-card-title">{title}</p>
            {move || subtitle.get().map(|text| view! { <p class="code-card-subtitle">{text}</p> })}
            <div class="code-card-frame">
                <QrCode content title />
            </div>
            {move || typed.get().map(|text| view! { <p class="code-card-typed">{text}</p> })}
            {move || footer.get().map(|text| view! { <p class="code-card-footer">{text}</p> })}
            {children.map(|children| view! { <div class="code-card-actions">{children()}</div> })}
        </article>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_drawn_inside_its_quiet_zone() {
        let drawing = draw("https://example.org/#e.AAAA").expect("short content fits a code");
        assert!((21 + 8..=177 + 8).contains(&drawing.side));
        assert!(
            drawing.path.starts_with("M4 4h7v1h-7z"),
            "{}",
            &drawing.path[..40]
        );
    }

    #[test]
    fn content_too_long_for_a_code_is_no_drawing() {
        assert_eq!(draw(&"x".repeat(4_000)), None);
    }
}
