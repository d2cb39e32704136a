use std::path::PathBuf;
use tests::browser::{Capture, Page};
use tests::story::{Stage, Told};

async fn shot(page: &Page, path: &str, name: &str) -> Told {
    page.eval(&format!("history.pushState(null, '', '{path}'); dispatchEvent(new PopStateEvent('popstate'))")).await?;
    tokio::time::sleep(std::time::Duration::from_millis(1800)).await;
    let out = PathBuf::from("/tmp/look");
    std::fs::create_dir_all(&out)?;
    page.screenshot(&out.join(format!("{name}.png")), Capture::FullPage).await?;
    std::fs::write(out.join(format!("{name}.txt")), page.text().await?)?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn look() -> Told {
    let stage = Stage::set().await?;
    for persona in ["member_1", "branch_coordinator", "unit_coordinator", "team_leader"] {
        let code = stage.persona(persona).await?.code;
        let phone = stage.phone().await?;
        let page = phone.enrol(&code).await?;
        for (path, name) in [("/service", "hub"), ("/service/register", "register"), ("/service/register/new", "register-form"), ("/service/new", "service-new"), ("/service/records", "services"), ("/service/lists", "lists")] {
            if persona == "member_1" || name == "hub" { shot(&page, path, &format!("{persona}-{name}")).await?; }
        }
        if persona != "member_1" {
            for (path, name) in [("/affairs", "affairs"), ("/affairs/board", "board"), ("/affairs/unit", "unit"), ("/affairs/team", "team"), ("/affairs/service", "report"), ("/overview", "overview")] {
                shot(&page, path, &format!("{persona}-{name}")).await?;
            }
        }
    }
    Ok(())
}
