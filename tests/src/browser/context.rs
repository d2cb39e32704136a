//! A phone: an isolated browser context with its own screen, language, storage and network.

use std::time::Duration;

use serde_json::json;

use super::connection::Connection;
use super::error::Error;
use super::page::Page;

/// What kind of phone a context is; the default is a middling phone of a person in Zhaoqing.
#[derive(Clone, Debug)]
pub struct ContextOptions {
    /// The HTTP proxy, `http://127.0.0.1:PORT`, that carries all that the phone sends; see [`crate::cable`].
    pub proxy: Option<String>,
    /// The screen's width and height in CSS pixels.
    pub width: u32,
    pub height: u32,
    /// Device pixels in a CSS pixel.
    pub device_scale: f64,
    /// Whether the phone has a touch screen and a mobile viewport.
    pub mobile: bool,
    /// The language, such as `zh-CN`.
    pub locale: String,
    /// The time zone, such as `Asia/Shanghai`.
    pub timezone: String,
    pub color_scheme: ColorScheme,
    /// How long a page is waited for before a test gives up; at most two minutes.
    pub patience: Duration,
}

impl Default for ContextOptions {
    fn default() -> Self {
        Self {
            proxy: None,
            width: 390,
            height: 844,
            device_scale: 2.0,
            mobile: true,
            locale: "zh-CN".to_owned(),
            timezone: "Asia/Shanghai".to_owned(),
            color_scheme: ColorScheme::Light,
            patience: Duration::from_secs(30),
        }
    }
}

/// What a person's system prefers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColorScheme {
    Light,
    Dark,
}

impl ColorScheme {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// An isolated phone, until it is closed or the browser ends.
#[derive(Clone)]
pub struct Context {
    connection: Connection,
    id: String,
    user_agent: String,
    options: ContextOptions,
}

impl Context {
    pub(super) async fn create(
        connection: Connection,
        user_agent: &str,
        options: ContextOptions,
    ) -> Result<Self, Error> {
        let mut parameters = json!({ "disposeOnDetach": true });
        if let Some(proxy) = &options.proxy {
            parameters["proxyServer"] = proxy.as_str().into();
            // Without this Chromium goes past the proxy for localhost.
            parameters["proxyBypassList"] = "<-loopback>".into();
        }
        let method = "Target.createBrowserContext";
        let created = connection.command(None, method, parameters).await?;
        let id = created["browserContextId"].as_str();
        let id = id
            .ok_or(Error::Incomplete {
                method,
                field: "browserContextId",
            })?
            .to_owned();
        let user_agent = user_agent.to_owned();
        Ok(Self {
            connection,
            id,
            user_agent,
            options,
        })
    }

    /// Opens a tab at an address, and waits until it has loaded.
    pub async fn new_page(&self, url: &str) -> Result<Page, Error> {
        let page = Page::open(self.connection.clone(), &self.id, self.options.patience).await?;
        self.dress(&page).await?;
        page.goto(url).await?;
        Ok(page)
    }

    /// Closes all tabs of the phone and forgets all that it stored.
    pub async fn close(self) -> Result<(), Error> {
        let parameters = json!({ "browserContextId": self.id });
        self.connection
            .command(None, "Target.disposeBrowserContext", parameters)
            .await?;
        Ok(())
    }

    /// Makes a tab look like one of this phone's.
    async fn dress(&self, page: &Page) -> Result<(), Error> {
        let options = &self.options;
        let metrics = json!({
            "width": options.width, "height": options.height,
            "deviceScaleFactor": options.device_scale, "mobile": options.mobile,
        });
        page.command("Emulation.setDeviceMetricsOverride", metrics)
            .await?;
        let touch = json!({ "enabled": options.mobile });
        page.command("Emulation.setTouchEmulationEnabled", touch)
            .await?;
        let language = json!({ "userAgent": self.user_agent, "acceptLanguage": options.locale });
        page.command("Emulation.setUserAgentOverride", language)
            .await?;
        page.command(
            "Emulation.setLocaleOverride",
            json!({ "locale": options.locale }),
        )
        .await?;
        page.command(
            "Emulation.setTimezoneOverride",
            json!({ "timezoneId": options.timezone }),
        )
        .await?;
        page.emulate_media(options.color_scheme).await
    }
}
