//! What happens to phones, in real Chromium: no space, no permission, two tabs, a killed tab, a new
//! version, a storage that the browser emptied, a wrong code, a page that was never opened. Nothing that was saved is lost, and what could not be
//! saved says so.

use std::fs;
use std::path::Path;

use serde_json::json;
use shared::limits;
use tests::browser::{Browser, Page};
use tests::story::{Phone, Stage, Told, bundle, card_says, check_in, open_activity, says};

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_without_space_says_so_and_saves_when_there_is_space_again() -> Told {
    let stage = Stage::set().await?;
    let phone = stage.phone().await?;
    // Held open, because the limit holds as long as the tab that set it.
    let limited = phone.context.new_page("about:blank").await?;
    let quota = json!({ "origin": phone.address(""), "quotaSize": ROOM_BYTES });
    limited
        .command("Storage.overrideQuotaForOrigin", quota)
        .await?;
    let page = phone.enrol(&stage.persona("member_1").await?.code).await?;
    let activity = open_activity(&page).await?;
    phone.cable.cut().await;

    page.eval(include_str!("phone/fill.js")).await?;
    check_in(&page, &activity).await?;
    card_says(&page, &activity, "手机空间不够，没有存下来。").await?;
    says(&page, "未上传 0").await?;
    page.reload().await?;
    check_in(&page, &activity).await?;
    card_says(&page, &activity, "手机空间不够，没有存下来。").await?;

    page.eval(include_str!("phone/make_room.js")).await?;
    check_in(&page, &activity).await?;
    card_says(&page, &activity, "已保存").await?;
    phone.cable.mend();
    says(&page, "未上传 0").await?;
    card_says(&page, &activity, "已上传").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_may_not_store_anything_is_told_what_to_do() -> Told {
    let browser = Browser::launch_without_storage().await?;
    let mut stage = Stage::set_with(&bundle()?, browser).await?;
    let phone = stage.phone().await?;
    let code = stage.persona("member_1").await?.code;
    let page = phone.open(&format!("/enrol#{code}")).await?;
    says(&page, "浏览器不允许保存数据。").await?;
    says(&page, "用手机自带的浏览器打开").await?;

    // The code was not used up by a phone that cannot keep anything.
    stage.browser = Browser::launch().await?;
    stage.phone().await?.enrol(&code).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_tab_leads_and_the_older_one_writes_no_more() -> Told {
    let stage = Stage::set().await?;
    let (phone, older, activity) = enrolled(&stage).await?;
    let newer = phone.open("/").await?;
    card_says(&newer, &activity, "签到").await?;
    says(&older, "“报到”已在另一个页面打开").await?;
    check_in(&newer, &activity).await?;
    card_says(&newer, &activity, "已上传").await?;

    older.click_text("在这里继续用").await?;
    card_says(&older, &activity, "已上传").await?;
    says(&newer, "“报到”已在另一个页面打开").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tab_killed_after_the_tap_has_the_record_or_never_said_so() -> Told {
    let stage = Stage::set().await?;
    let (phone, page, activity) = enrolled(&stage).await?;
    phone.cable.cut().await;
    check_in(&page, &activity).await?;
    card_says(&page, &activity, "已保存").await?;
    page.kill().await?;

    let page = phone.open("/").await?;
    card_says(&page, &activity, "已保存").await?;
    says(&page, "未上传 1").await?;
    phone.cable.mend();
    says(&page, "未上传 0").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_is_offered_and_waits_for_what_is_not_uploaded() -> Told {
    let web = tempfile::tempdir()?;
    copy(&bundle()?, web.path())?;
    let stage = Stage::set_with(web.path(), Browser::launch().await?).await?;
    let (phone, page, activity) = enrolled(&stage).await?;
    release(web.path())?;
    page.reload().await?;
    says(&page, "有新版本").await?;

    phone.cable.cut().await;
    check_in(&page, &activity).await?;
    says(&page, "有记录还没上传，上传完再更新。").await?;
    phone.cable.mend();
    says(&page, "更新只要几秒钟").await?;
    page.click_text("现在更新").await?;
    let only_the_new = "caches.keys().then((keys) => keys.join() === 'baodao-next')";
    page.wait_for(only_the_new, "the new version alone to be kept")
        .await?;
    card_says(&page, &activity, "已上传").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storage_that_the_browser_emptied_is_noticed_and_said() -> Told {
    let stage = Stage::set().await?;
    let (phone, page, activity) = enrolled(&stage).await?;
    check_in(&page, &activity).await?;
    card_says(&page, &activity, "已上传").await?;
    let everything = json!({ "origin": phone.address(""), "storageTypes": "indexeddb" });
    page.command("Storage.clearDataForOrigin", everything)
        .await?;
    page.reload().await?;
    says(&page, "本机数据不见了").await?;

    let code = stage.persona("member_1").await?.code;
    page.close().await?;
    let page = phone.enrol(&code).await?;
    card_says(&page, &activity, "已签到").await?;
    let gone = "!document.body.innerText.includes('本机数据不见了')";
    Ok(page.wait_for(gone, "the notice to go").await?)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_is_mistyped_or_used_says_so_and_the_right_one_still_works() -> Told {
    let stage = Stage::set().await?;
    let code = stage.persona("member_1").await?.code;
    let phone = stage.phone().await?;
    let mistyped = phone.open("/enrol#AAAA-AAAA-AA").await?;
    mistyped.click_text("绑定").await?;
    says(&mistyped, "绑定码不对。").await?;
    mistyped.close().await?;
    phone.enrol(&code).await?;

    let second = stage.phone().await?;
    let used = second.open(&format!("/enrol#{code}")).await?;
    used.click_text("绑定").await?;
    says(&used, "这个绑定码已经用过了。").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_coordinator_opens_the_pages_of_coordinators_without_a_network() -> Told {
    let stage = Stage::set().await?;
    let desk = stage.desk().await?;
    let code = stage.persona("branch_coordinator").await?.code;
    let page = desk.enrol(&code).await?;
    let kept = "caches.keys()
        .then(async ([name]) => (await (await caches.open(name)).keys()).some(({ url }) => url.includes('/assets/split_coordinators')))";
    page.wait_for(kept, "the part of coordinators to be kept")
        .await?;
    desk.cable.cut().await;
    page.reload().await?;
    page.click_text("成员").await?;
    let listed = "document.querySelector('main .list button')";
    Ok(page.wait_for(listed, "the members").await?)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_reads_an_activity_without_the_part_of_coordinators() -> Told {
    let stage = Stage::set().await?;
    let (_phone, page, activity) = enrolled(&stage).await?;
    page.eval(&format!("history.pushState(null, '', '/activities/{activity}'); dispatchEvent(new PopStateEvent('popstate'))"))
        .await?;
    says(&page, "活动详情").await?;
    card_says(&page, &activity, "签到").await?;
    // Answered after whatever the page asked for before.
    let fetched = "fetch('/healthz').then(() => performance.getEntriesByType('resource')
        .filter(({ name }) => name.includes('/assets/split_coordinators')).length)";
    assert_eq!(page.eval(fetched).await?, 0);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_is_made_small_waits_for_its_record_and_is_shown_to_the_community() -> Told {
    let stage = Stage::set().await?;
    let phone = stage.phone().await?;
    let member = stage.persona("member_1").await?;
    let page = phone.enrol(&member.code).await?;
    phone.cable.cut().await;
    go(&page, "/service/new").await?;
    page.wait_for("document.querySelector('input[type=time]')", "the form")
        .await?;
    let fill = include_str!("phone/service.js").trim_end();
    page.eval(&format!("{fill}({})", json!(member.organisation)))
        .await?;
    page.eval(include_str!("phone/photo.js")).await?;
    // What is typed survives the page, the photo too.
    page.wait_for(SHOWN, "the photo").await?;
    page.reload().await?;
    page.wait_for(SHOWN, "the photo of the draft").await?;
    assert_eq!(page.eval(SHOWN).await?, 1_280);
    page.click_text("提交").await?;
    let record = "document.querySelector('.list a[href^=\"/service/records/\"]')?.pathname";
    let record = page.wait_for_value(record, "the record").await?;
    let record = record.as_str().unwrap_or_default().to_owned();
    go(&page, &record).await?;
    says(&page, "照片待上传").await?;
    page.wait_for(SHOWN, "the photo of the record").await?;

    phone.cable.mend();
    says(&page, "照片已上传").await?;
    page.reload().await?;
    page.click_text("看照片").await?;
    page.wait_for(SHOWN, "the photo that the server has")
        .await?;
    let kept = page.eval(include_str!("phone/shown.js")).await?;
    assert!(
        kept["bytes"].as_u64() <= Some(limits::PHOTO_BYTES.into()),
        "{kept}"
    );
    assert_eq!(kept["tells_more"], false);

    let desk = stage.desk().await?;
    let code = stage.persona("branch_coordinator").await?.code;
    let desk_page = desk.enrol(&code).await?;
    go(&desk_page, "/affairs").await?;
    let request = record.rsplit('/').next().unwrap_or_default();
    desk_page
        .click(&format!("[data-matter=\"{request}\"] button"))
        .await?;
    desk_page.click_text("看照片").await?;
    Ok(desk_page.wait_for(SHOWN, "the photo").await?)
}

/// A photo that is on the screen and whole.
const SHOWN: &str = "document.querySelector('img.photo')?.naturalWidth";

/// Goes to a place of the app as a link does.
async fn go(page: &Page, path: &str) -> Told {
    let path = json!(path);
    let script = format!(
        "history.pushState(null, '', {path}); dispatchEvent(new PopStateEvent('popstate'))"
    );
    page.eval(&script).await?;
    Ok(())
}

/// What the app and the photos may take together; the app's bundle and records take less than half.
const ROOM_BYTES: u32 = 16_000_000;

/// A phone of the first member's with the list of today, and an activity open for check-in.
async fn enrolled(stage: &Stage) -> Told<(Phone, Page, String)> {
    let phone = stage.phone().await?;
    let page = phone.enrol(&stage.persona("member_1").await?.code).await?;
    let activity = open_activity(&page).await?;
    Ok((phone, page, activity))
}

/// Puts a bundle of another version into a served folder.
fn release(web: &Path) -> Told {
    let worker = web.join("sw.js");
    let script = fs::read_to_string(&worker)?;
    let line = script
        .lines()
        .find(|line| line.starts_with("const VERSION"));
    let line = line.ok_or("the worker names its version")?;
    fs::write(&worker, script.replace(line, "const VERSION = \"next\";"))?;
    Ok(fs::remove_file(web.join("sw.js.br"))?)
}

fn copy(from: &Path, to: &Path) -> Told {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
