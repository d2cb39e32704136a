//! The people of the end-to-end tests: a demo city on a real server, and phones in a real Chromium
//! that look at it. Knows the words on the screen and nothing of what is behind them.

use std::error::Error;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::json;
use server::metrics::StoreMetrics;
use server::store::Place;
use tempfile::TempDir;

use crate::browser::{Browser, Context, ContextOptions, Page};
use crate::cable::Cable;
use crate::process::Baodao;

/// What the tests return: any error, told in full.
pub type Told<T = ()> = Result<T, Box<dyn Error>>;

/// Somebody of the demo city with a one-use code.
#[derive(Clone, Debug, Deserialize)]
pub struct Persona {
    /// The role in the story, such as `branch_coordinator`.
    pub persona: String,
    /// The person's name.
    pub name: String,
    /// The organisation's name.
    pub organisation: String,
    /// The code.
    pub code: String,
}

/// A served demo city and the browser that visits it.
pub struct Stage {
    /// The server.
    pub server: Baodao,
    /// The browser.
    pub browser: Browser,
    data: TempDir,
}

impl Stage {
    /// Makes a demo city in a new folder, serves it and starts the browser.
    pub async fn set() -> Told<Self> {
        Self::set_with(&bundle()?, Browser::launch().await?).await
    }

    /// Makes a demo city in a new folder and serves it with a bundle to a browser.
    pub async fn set_with(web: &Path, browser: Browser) -> Told<Self> {
        let data = tempfile::tempdir()?;
        Baodao::demo(data.path()).await?;
        let server = Baodao::serve(data.path(), web, 0).await?;
        Ok(Self {
            server,
            browser,
            data,
        })
    }

    /// Returns the folder of the server's data.
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// Returns everybody of the story, each with a fresh code.
    pub async fn personas(&self) -> Told<Vec<Persona>> {
        let printed = self.command(&["demo", "--json"]).await?;
        Ok(serde_json::from_str(&printed)?)
    }

    /// Returns one of them, with a fresh code.
    pub async fn persona(&self, key: &str) -> Told<Persona> {
        let personas = self.personas().await?;
        let found = personas.into_iter().find(|persona| persona.persona == key);
        found.ok_or_else(|| format!("the demo city has no {key}").into())
    }

    /// Imports so many more members into the branch of a name.
    pub async fn import_members(&self, branch: &str, count: usize) -> Told {
        let store = Place::Folder(self.data().to_owned())
            .open(StoreMetrics::default())
            .await?;
        let known = store.directory().await?;
        let mut organisations = known.organisations.iter();
        let (path, _) = organisations
            .find(|(_, organisation)| organisation.name == branch)
            .ok_or("the city has the branch")?;
        let rows = (1..=count).map(|number| {
            let name = member_name(number);
            format!("H{number:05},{name},{path}\n")
        });
        let roster = self.data().join("members.csv");
        let header = "code,name,branch_path\n".to_owned();
        std::fs::write(
            &roster,
            [header].into_iter().chain(rows).collect::<String>(),
        )?;
        self.command(&["import", "roster", &roster.to_string_lossy()])
            .await?;
        Ok(())
    }

    /// Returns a one-use code for the person of a roster's code.
    pub async fn code_for(&self, member: &str) -> Told<String> {
        let printed = self.command(&["enrol", "--member", member]).await?;
        Ok(printed.trim().to_owned())
    }

    /// Runs a command of the server's on the story's data.
    pub async fn command(&self, arguments: &[&str]) -> Told<String> {
        let data = self.data.path().to_string_lossy().into_owned();
        let arguments = arguments.iter().copied().chain(["--data", &data]);
        Ok(Baodao::run(arguments).await?)
    }

    /// Returns a phone of 360×740 on a cable of its own.
    pub async fn phone(&self) -> Told<Phone> {
        self.phone_in(&self.browser).await
    }

    /// Returns a phone of 360×740 on a cable of its own, in another browser than the stage's.
    pub async fn phone_in(&self, browser: &Browser) -> Told<Phone> {
        let cable = Cable::lay(self.server.address()).await?;
        let options = ContextOptions {
            proxy: Some(cable.proxy_url()),
            width: 360,
            height: 740,
            ..ContextOptions::default()
        };
        let context = browser.phone(options).await?;
        Ok(Phone {
            context,
            cable,
            origin: self.server.origin(),
        })
    }

    /// Returns a coordinator's screen of 1280×800 on a cable of its own.
    pub async fn desk(&self) -> Told<Phone> {
        let cable = Cable::lay(self.server.address()).await?;
        let options = ContextOptions {
            proxy: Some(cable.proxy_url()),
            width: 1280,
            height: 800,
            device_scale: 1.0,
            mobile: false,
            ..ContextOptions::default()
        };
        let context = self.browser.phone(options).await?;
        Ok(Phone {
            context,
            cable,
            origin: self.server.origin(),
        })
    }
}

/// A name of two or three characters; different for the first thousand numbers.
fn member_name(number: usize) -> String {
    const FAMILY: [&str; 10] = ["陈", "李", "黄", "梁", "林", "何", "罗", "谢", "邓", "冯"];
    const GIVEN: [&str; 10] = ["英", "伟", "秀", "明", "兰", "强", "玉", "军", "华", "芳"];
    let digit = |of: usize| number / of % 10;
    let (family, first, second) = (FAMILY[digit(1)], GIVEN[digit(10)], GIVEN[digit(100)]);
    format!("{family}{second}{first}")
}

/// Returns the folder of the bundle that xtask built.
pub fn bundle() -> Told<PathBuf> {
    let folder = std::env::var_os("BAODAO_WEB");
    Ok(PathBuf::from(folder.ok_or(
        "BAODAO_WEB must name the bundle; use cargo xtask",
    )?))
}

/// Somebody's phone or screen.
pub struct Phone {
    /// The isolated browser context.
    pub context: Context,
    /// The way to the server.
    pub cable: Cable,
    origin: String,
}

impl Phone {
    /// Returns the address of a path of the app.
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// Opens a tab at a path of the app.
    pub async fn open(&self, path: &str) -> Told<Page> {
        Ok(self.context.new_page(&self.address(path)).await?)
    }

    /// Opens the link of an enrolment code, presses 绑定, and waits until the list of today is there
    /// and the shell is kept for starts without a network.
    pub async fn enrol(&self, code: &str) -> Told<Page> {
        let page = self.open(&format!("/enrol#{code}")).await?;
        page.click_text("绑定").await?;
        page.wait_for(
            "document.querySelector('.activity-card')",
            "today's activities",
        )
        .await?;
        let cached = "navigator.serviceWorker.ready.then(() => caches.match('/')).then(Boolean)";
        page.wait_for(cached, "the shell to be cached").await?;
        Ok(page)
    }
}

/// Returns the id of an activity of today that is open for check-in.
pub async fn open_activity(page: &Page) -> Told<String> {
    let find = "[...document.querySelectorAll('.activity-card')]
        .find((card) => [...card.querySelectorAll('button')].some((button) => button.innerText.trim() === '签到'))
        ?.dataset.activity";
    let id = page
        .wait_for_value(find, "an activity that is open for check-in")
        .await?;
    Ok(id.as_str().unwrap_or_default().to_owned())
}

/// Presses 签到 on an activity's card.
pub async fn check_in(page: &Page, activity: &str) -> Told {
    Ok(page
        .click(&format!("[data-activity=\"{activity}\"] .check-in button"))
        .await?)
}

/// Waits until an activity's card says something.
pub async fn card_says(page: &Page, activity: &str, words: &str) -> Told {
    let condition = format!(
        "document.querySelector({})?.innerText.includes({})",
        json!(format!("[data-activity=\"{activity}\"]")),
        json!(words),
    );
    Ok(page
        .wait_for(&condition, &format!("the card to say {words}"))
        .await?)
}

/// Waits until the page says something.
pub async fn says(page: &Page, words: &str) -> Told {
    let condition = format!("document.body.innerText.includes({})", json!(words));
    Ok(page
        .wait_for(&condition, &format!("the page to say {words}"))
        .await?)
}

/// Goes to a path of the app without loading it anew.
pub async fn go(page: &Page, path: &str) -> Told {
    let script = format!(
        "history.pushState(null, '', {}); dispatchEvent(new PopStateEvent('popstate'))",
        json!(path)
    );
    page.eval(&script).await?;
    Ok(())
}

/// Types into the field of a label, as an input method does: the whole text at once.
pub async fn write(page: &Page, label: &str, text: &str) -> Told {
    let script = format!(
        "(() => {{
            const label = [...document.querySelectorAll('label.field-label')]
                .find((label) => label.firstChild && label.innerText.replace('可不填', '').trim() === {});
            const control = label && document.getElementById(label.htmlFor);
            if (!control) return false;
            const kind = control instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
            Object.getOwnPropertyDescriptor(kind.prototype, 'value').set.call(control, {});
            control.dispatchEvent(new Event('input', {{ bubbles: true }}));
            return true;
        }})()",
        json!(label),
        json!(text),
    );
    Ok(page
        .wait_for(&script, &format!("the field {label}"))
        .await?)
}

/// Returns the number on a tile of the overview.
pub async fn tile(page: &Page, label: &str) -> Told<i64> {
    let text = page
        .wait_for_value(&tile_text(label), &format!("the tile {label}"))
        .await?;
    let digits: String = text
        .as_str()
        .unwrap_or_default()
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    Ok(digits.parse()?)
}

/// Waits until a tile of the overview shows a number.
pub async fn tile_shows(page: &Page, label: &str, number: i64) -> Told {
    let condition = format!(
        "({}).replace(/[^0-9]/g, '') === {}",
        tile_text(label),
        json!(number.to_string())
    );
    Ok(page
        .wait_for(&condition, &format!("{label} to be {number}"))
        .await?)
}

fn tile_text(label: &str) -> String {
    format!(
        "[...document.querySelectorAll('.stat-tile')]
            .find((tile) => tile.querySelector('.stat-label').innerText.trim() === {})
            ?.querySelector('.stat-value').innerText",
        json!(label),
    )
}
