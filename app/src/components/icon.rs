//! The icons: hand-drawn strokes on a 24 by 24 grid, coloured by the text around them.

use leptos::prelude::*;

/// A drawing that stands beside words, never instead of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    Building,
    Calendar,
    Camera,
    Chart,
    Chat,
    Check,
    CheckCircle,
    Chevron,
    ChevronBack,
    ChevronDown,
    Clock,
    Close,
    CloudCheck,
    CloudOff,
    CloudUp,
    Download,
    Heart,
    Home,
    Info,
    List,
    Minus,
    Pencil,
    Person,
    Phone,
    Pin,
    Plus,
    Printer,
    Qr,
    Refresh,
    Scan,
    Search,
    Settings,
    Storage,
    Users,
    Warning,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Self::Building => {
                "M5 20.5V5a1 1 0 0 1 1-1h8a1 1 0 0 1 1 1v15.5M15 10h3.5a.5.5 0 0 1 .5.5v10M3.5 20.5h17M8.5 8h3M8.5 12h3M8.5 16h3"
            }
            Self::Calendar => {
                "M5.5 5.5h13A1.5 1.5 0 0 1 20 7v11.5a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 18.5V7a1.5 1.5 0 0 1 1.5-1.5ZM4 10h16M8.5 3.5v4M15.5 3.5v4"
            }
            Self::Camera => {
                "M4.5 8h3l1.5-2.5h6L16.5 8h3A1.5 1.5 0 0 1 21 9.5v8a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 17.5v-8A1.5 1.5 0 0 1 4.5 8ZM12 16.5a3.25 3.25 0 1 0 0-6.5 3.25 3.25 0 0 0 0 6.5Z"
            }
            Self::Chart => "M4 20h16M6.5 16.5v-4M12 16.5v-10M17.5 16.5v-7",
            Self::Chat => {
                "M5.5 5h13A1.5 1.5 0 0 1 20 6.5v8.5a1.5 1.5 0 0 1-1.5 1.5H11l-4.5 3.5v-3.5h-1A1.5 1.5 0 0 1 4 15V6.5A1.5 1.5 0 0 1 5.5 5ZM8 9.25h8M8 12.5h5"
            }
            Self::Check => "M5 12.75 9.75 17.5 19 7",
            Self::CheckCircle => {
                "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM8 12.25 11 15.25 16.25 9.25"
            }
            Self::Chevron => "M9.5 5.5 16 12l-6.5 6.5",
            Self::ChevronBack => "M14.5 5.5 8 12l6.5 6.5",
            Self::ChevronDown => "M5.5 9.5 12 16l6.5-6.5",
            Self::Clock => "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM12 7.5V12l3.25 2",
            Self::Close => "M6 6l12 12M18 6 6 18",
            Self::CloudCheck => {
                "M7.5 18.5a4.5 4.5 0 0 1-.6-8.96 5.5 5.5 0 0 1 10.6 1.26A3.9 3.9 0 0 1 17 18.5ZM9.25 13.5l2 2 3.75-4"
            }
            Self::CloudOff => {
                "M9.6 6.3a5.5 5.5 0 0 1 7.9 4.5 3.9 3.9 0 0 1 2.25 6.25M16.5 18.5h-9a4.5 4.5 0 0 1-.6-8.96M4 4l16 16"
            }
            Self::CloudUp => {
                "M7.5 18.5a4.5 4.5 0 0 1-.6-8.96 5.5 5.5 0 0 1 10.6 1.26A3.9 3.9 0 0 1 17 18.5M12 20v-7.5M9.25 15 12 12.25 14.75 15"
            }
            Self::Download => "M12 4v10.5M7.75 10.5 12 14.75l4.25-4.25M4.5 19.5h15",
            Self::Heart => {
                "M12 19.5C6.5 15.75 4 12.75 4 9.5a4.25 4.25 0 0 1 8-2 4.25 4.25 0 0 1 8 2c0 3.25-2.5 6.25-8 10Z"
            }
            Self::Home => {
                "M4 11.25 12 4.5l8 6.75M6 9.75V19a.5.5 0 0 0 .5.5h11a.5.5 0 0 0 .5-.5V9.75M10 19.5V14h4v5.5"
            }
            Self::Info => "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM12 11.5v4.75M12 7.9v.1",
            Self::List => "M9 6.5h11M9 12h11M9 17.5h11M4.5 6.5h.1M4.5 12h.1M4.5 17.5h.1",
            Self::Minus => "M6 12h12",
            Self::Pencil => {
                "M4.5 19.5l.9-4L16 4.9a1.4 1.4 0 0 1 2 0l1.1 1.1a1.4 1.4 0 0 1 0 2L8.5 18.6ZM14 7l3 3"
            }
            Self::Person => {
                "M12 11.5a3.75 3.75 0 1 0 0-7.5 3.75 3.75 0 0 0 0 7.5ZM4.75 20a7.25 5.75 0 0 1 14.5 0"
            }
            Self::Phone => {
                "M8 3.5h8A1.5 1.5 0 0 1 17.5 5v14a1.5 1.5 0 0 1-1.5 1.5H8A1.5 1.5 0 0 1 6.5 19V5A1.5 1.5 0 0 1 8 3.5ZM11 17.5h2"
            }
            Self::Pin => {
                "M12 20.5c4-4.2 6.5-7.3 6.5-10.3a6.5 6.5 0 1 0-13 0c0 3 2.5 6.1 6.5 10.3ZM12 12.5a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6Z"
            }
            Self::Plus => "M12 5v14M5 12h14",
            Self::Printer => {
                "M7.5 8.5V4h9v4.5M7.5 16.5h-2A1.5 1.5 0 0 1 4 15v-5a1.5 1.5 0 0 1 1.5-1.5h13A1.5 1.5 0 0 1 20 10v5a1.5 1.5 0 0 1-1.5 1.5h-2M7.5 13.5h9V20h-9Z"
            }
            Self::Qr => {
                "M4.5 4.5H10V10H4.5ZM14 4.5h5.5V10H14ZM4.5 14H10v5.5H4.5ZM14 14h2.25v2.25M19.5 14v2M14 19.5h2.25M19.5 19.5h-.1M7.25 7.25h.01M16.75 7.25h.01M7.25 16.75h.01"
            }
            Self::Refresh => "M19 8.5A7.75 7.75 0 1 0 19.75 12M19.5 4.5v4.25h-4.25",
            Self::Scan => {
                "M4.5 8.5v-3a1 1 0 0 1 1-1h3M15.5 4.5h3a1 1 0 0 1 1 1v3M19.5 15.5v3a1 1 0 0 1-1 1h-3M8.5 19.5h-3a1 1 0 0 1-1-1v-3M4.5 12h15"
            }
            Self::Search => {
                "M10.75 17a6.25 6.25 0 1 0 0-12.5 6.25 6.25 0 0 0 0 12.5ZM15.25 15.25 20 20"
            }
            Self::Settings => {
                "M4 7h8.5M17 7h3M4 17h3M11.5 17H20M14.75 9.25a2.25 2.25 0 1 0 0-4.5 2.25 2.25 0 0 0 0 4.5ZM9.25 19.25a2.25 2.25 0 1 0 0-4.5 2.25 2.25 0 0 0 0 4.5Z"
            }
            Self::Storage => {
                "M12 9.5c4.1 0 7.5-1.2 7.5-2.75S16.1 4 12 4 4.5 5.2 4.5 6.75 7.9 9.5 12 9.5ZM4.5 6.75v10.5C4.5 18.8 7.9 20 12 20s7.5-1.2 7.5-2.75V6.75M4.5 12c0 1.5 3.4 2.75 7.5 2.75s7.5-1.25 7.5-2.75"
            }
            Self::Users => {
                "M9.25 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.75 19.5a6.5 5.5 0 0 1 13 0M15.25 4.9a3.5 3.5 0 0 1 0 6.2M18 14.6a6.2 6.2 0 0 1 3.25 4.9"
            }
            Self::Warning => "M12 4.25 21 19.5H3ZM12 10v4.5M12 17v.1",
        }
    }
}

/// Draws an icon for the eye only: what it means must also stand in words.
#[component]
pub fn Glyph(icon: Icon) -> impl IntoView {
    view! {
        <svg class="glyph" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=icon.path()></path>
        </svg>
    }
}
