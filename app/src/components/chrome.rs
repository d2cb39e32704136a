//! What frames every screen: the top bar, the tabs, the ribbon of demo data.

use leptos::prelude::*;

use super::{Glyph, Icon};
use crate::t;

/// One place to go from the tabs.
#[derive(Clone, Debug)]
pub struct Tab {
    /// The path it leads to; also current for every path beneath it.
    pub href: String,
    /// Its drawing.
    pub icon: Icon,
    /// Its word.
    pub label: Signal<String>,
}

impl Tab {
    /// Makes a tab; the label may be a closure that follows the locale.
    pub fn new<M>(
        href: impl Into<String>,
        icon: Icon,
        label: impl IntoReactiveValue<Signal<String>, M>,
    ) -> Self {
        Self {
            href: href.into(),
            icon,
            label: label.into_reactive_value(),
        }
    }

    fn is_current(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        let own = self.href.trim_end_matches('/');
        path == own
            || (!own.is_empty()
                && path
                    .strip_prefix(own)
                    .is_some_and(|rest| rest.starts_with('/')))
    }
}

/// The frame: a bar above, the screen, the tabs beneath (or beside, where there is room).
#[component]
pub fn AppFrame(
    /// The `TopBar`.
    #[prop(into)]
    top: ViewFn,
    /// The `BottomTabs`; nothing before the phone is linked.
    #[prop(optional, into)]
    tabs: ViewFn,
    /// The `DemoRibbon`, the notice of an update.
    #[prop(optional, into)]
    above: ViewFn,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="app">
            <a class="skip-link" href="#content">
                {move || t!(app.skip_to_content)}
            </a>
            <aside class="app-above" aria-label=move || t!(app.notices)>
                {above.run()}
            </aside>
            {top.run()}
            <main class="app-content" id="content" tabindex="-1">
                {children()}
            </main>
            {tabs.run()}
        </div>
    }
}

/// How wide a screen may grow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ScreenWidth {
    /// A column to read in.
    #[default]
    Reading,
    /// Room for tables and charts.
    Wide,
}

/// The column of one screen, its parts set apart evenly.
#[component]
pub fn Screen(#[prop(optional)] width: ScreenWidth, children: Children) -> impl IntoView {
    let class = match width {
        ScreenWidth::Reading => "screen reading",
        ScreenWidth::Wide => "screen broad",
    };
    view! { <div class=class>{children()}</div> }
}

/// The bar above: the screen's title, the way back, and the badges as children.
#[component]
pub fn TopBar(
    #[prop(into)] title: Signal<String>,
    /// Where 返回 leads; no arrow without it.
    #[prop(optional, into)]
    back_href: MaybeProp<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <header class="top-bar">
            {move || {
                back_href
                    .get()
                    .map(|href| {
                        view! {
                            <a class="top-bar-back" href=href aria-label=t!(nav.back)>
                                <Glyph icon=Icon::ChevronBack />
                            </a>
                        }
                    })
            }}
            <h1 class="top-bar-title">{title}</h1>
            <div class="top-bar-badges">{children.map(|children| children())}</div>
        </header>
    }
}

/// The tabs: three to six places.
#[component]
pub fn BottomTabs(
    #[prop(into)] tabs: Signal<Vec<Tab>>,
    /// The path now shown.
    #[prop(into)]
    path: Signal<String>,
) -> impl IntoView {
    let links = move || {
        let show = |tab: Tab| {
            let href = tab.href.clone();
            let (icon, label) = (tab.icon, tab.label);
            let current = move || tab.is_current(&path.get()).then_some("page");
            view! {
                <li class="tabs-item">
                    <a class="tab" href=href aria-current=current>
                        <span class="tab-icon">
                            <Glyph icon />
                        </span>
                        <span class="tab-label">{label}</span>
                    </a>
                </li>
            }
        };
        tabs.get().into_iter().map(show).collect_view()
    };
    view! {
        <nav class="tabs" aria-label=move || t!(nav.label)>
            <ul class="tabs-list" role="list">
                {links}
            </ul>
        </nav>
    }
}

/// 演示数据: says on every screen that nothing here is real.
#[component]
pub fn DemoRibbon() -> impl IntoView {
    view! {
        <p class="demo-ribbon">
            <strong class="demo-ribbon-name">{move || t!(demo.ribbon)}</strong>
            <span class="demo-ribbon-text">{move || t!(demo.explain)}</span>
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tab_is_current_for_its_path_and_the_paths_beneath() {
        let owner = Owner::new();
        owner.set();
        let tab = |href: &str| Tab::new(href, Icon::Home, String::new());
        assert!(tab("/records").is_current("/records"));
        assert!(tab("/records").is_current("/records/1/"));
        assert!(!tab("/records").is_current("/recordset"));
        assert!(tab("/").is_current("/"));
        assert!(!tab("/").is_current("/records"));
    }
}
