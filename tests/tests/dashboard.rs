//! The dashboard in real Chromium: a coordinator follows links from the county down to an activity, the
//! address keeps the place, a member's check-in changes the number under their eyes, and what was last
//! seen is there without a network.

use serde_json::{Value, json};
use tests::browser::Page;
use tests::story::{Stage, Told, check_in, go, open_activity, says, tile, tile_shows};

const ATTENDANCES: &str = "参加人次";

#[tokio::test(flavor = "multi_thread")]
async fn a_coordinator_goes_down_by_links_and_the_address_keeps_the_place() -> Told {
    let stage = Stage::set().await?;
    let county = stage.persona("county_coordinator").await?;
    let town = stage.persona("town_coordinator").await?.organisation;
    let branch = stage.persona("branch_coordinator").await?.organisation;
    let desk = stage.desk().await?;
    let page = desk.enrol(&county.code).await?;
    page.click_text("统计").await?;
    heading(&page, &county.organisation).await?;
    quiet(&page).await?;
    follow(&page, "#beneath", &town).await?;
    heading(&page, &town).await?;
    follow(&page, "#beneath", &branch).await?;
    heading(&page, &branch).await?;
    quiet(&page).await?;

    page.click_text("月").await?;
    let month = "/^\\/overview\\/[0-9a-f-]{36}\\/\\d{4}-\\d{2}$/.test(location.pathname)";
    page.wait_for(month, "the month in the address").await?;
    let attended = tile(&page, ATTENDANCES).await?;
    page.reload().await?;
    heading(&page, &branch).await?;
    page.wait_for(month, "the month after a reload").await?;
    tile_shows(&page, ATTENDANCES, attended).await?;

    let kind = text(&page, ".share-link .share-label").await?;
    page.click(".share-link").await?;
    says(&page, &format!("只看：{kind}")).await?;
    page.reload().await?;
    says(&page, &format!("只看：{kind}")).await?;
    quiet(&page).await?;
    page.click_text("看全部").await?;
    page.wait_for(month, "everything of the month again")
        .await?;
    page.eval("history.back()").await?;
    says(&page, &format!("只看：{kind}")).await?;
    page.click(".crumb-link").await?;
    heading(&page, &county.organisation).await?;
    says(&page, &format!("只看：{kind}")).await?;
    page.eval("history.back()").await?;
    heading(&page, &branch).await?;

    let activity = "document.querySelector('main a[href^=\"/activities/\"]')";
    page.wait_for(activity, "an activity of the branch").await?;
    page.click("main a[href^=\"/activities/\"]").await?;
    says(&page, "参加情况").await?;
    assert_eq!(page.errors(), Vec::<String>::new());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_in_changes_the_number_at_once_and_is_cleared_from_the_list() -> Told {
    let stage = Stage::set().await?;
    let branch = stage.persona("branch_coordinator").await?;
    let desk = stage.desk().await?;
    let page = desk.enrol(&branch.code).await?;
    page.click_text("统计").await?;
    let before = tile(&page, ATTENDANCES).await?;
    page.eval("window.kept = document.querySelector('.stat-tile'); scrollTo(0, 200)")
        .await?;

    let phone = stage.phone().await?;
    let code = stage.persona("member_1").await?.code;
    let member = phone.enrol(&code).await?;
    let activity = open_activity(&member).await?;
    check_in(&member, &activity).await?;
    tile_shows(&page, ATTENDANCES, before + 1).await?;
    let stayed = "window.kept === document.querySelector('.stat-tile') && scrollY === 200";
    assert_eq!(page.eval(stayed).await?, json!(true));

    // What waits is one of the things that need help, and leads to where it is cleared.
    follow(&page, "main", "签到待确认").await?;
    let row = format!("main a[href=\"/activities/{activity}\"]");
    let listed = format!("document.querySelector({})", json!(row));
    page.wait_for(&listed, "the activity that waits").await?;
    quiet(&page).await?;
    page.click(&row).await?;
    says(&page, "这些人我都见到了").await?;
    page.click_text("这些人我都见到了").await?;
    says(&page, "未上传 0").await?;
    go(&page, "/affairs").await?;
    let gone = format!("document.querySelector('main') && !{listed}");
    page.wait_for(&gone, "the activity to be dealt with")
        .await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_last_seen_opens_without_a_network_and_says_of_when_it_is() -> Told {
    let stage = Stage::set().await?;
    let county = stage.persona("county_coordinator").await?;
    let desk = stage.phone().await?;
    let page = desk.enrol(&county.code).await?;
    page.click_text("统计").await?;
    let attended = tile(&page, ATTENDANCES).await?;
    says(&page, "更新于").await?;
    let kept = "caches.keys().then((names) => Promise.all(names.map((name) => caches.open(name).then((cache) => cache.keys())))).then((all) => all.flat().some((request) => request.url.includes('coordinators')))";
    page.wait_for(kept, "the coordinators' part to be kept")
        .await?;
    desk.cable.cut().await;
    page.reload().await?;
    says(&page, "的数字").await?;
    tile_shows(&page, ATTENDANCES, attended).await?;
    heading(&page, &county.organisation).await?;
    quiet(&page).await?;
    desk.cable.mend();
    page.click_text("再试一次").await?;
    says(&page, "更新于").await?;
    Ok(())
}

/// Waits until the screen is about an organisation.
async fn heading(page: &Page, name: &str) -> Told {
    let condition = format!(
        "document.querySelector('.page-title')?.innerText.includes({}) && document.querySelector('.stat-tile, .blank')",
        json!(name)
    );
    Ok(page
        .wait_for(&condition, &format!("the numbers of {name}"))
        .await?)
}

/// Presses a link within a part of the page by words of it.
async fn follow(page: &Page, part: &str, words: &str) -> Told {
    let press = format!(
        "(() => {{
            const links = [...document.querySelectorAll({} + ' a')];
            const link = links.find((link) => link.innerText.includes({}));
            link?.click();
            return Boolean(link);
        }})()",
        json!(part),
        json!(words),
    );
    Ok(page.wait_for(&press, &format!("a link to {words}")).await?)
}

async fn text(page: &Page, selector: &str) -> Told<String> {
    let find = format!("document.querySelector({})?.innerText", json!(selector));
    let text = page.wait_for_value(&find, selector).await?;
    Ok(text.as_str().unwrap_or_default().to_owned())
}

/// Nothing serious stands in the way of those who listen or cannot see well.
async fn quiet(page: &Page) -> Told {
    let found = page.axe().await?;
    let told = found
        .iter()
        .map(|violation| json!([violation.id, violation.elements]));
    assert_eq!(told.collect::<Vec<Value>>(), Vec::<Value>::new());
    Ok(())
}
