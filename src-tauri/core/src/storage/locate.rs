//! Which shop a folder means that somebody names: the shop may lie in it, in one of its folders, or the folder may be a
//! part of a shop. Window and command line ask here, so that both mean the same.

use std::path::{Path, PathBuf};

use super::open::FILE_NAME;
use crate::error::{Error, Result, file_name};

/// Where the window keeps a shop within its data folder.
pub const SHOP_FOLDER: &str = "shop";
/// Where the window keeps the invented shop; it is no shop of the seller's.
pub const DEMO_FOLDER: &str = "demo";
/// Folders that belong to a shop or to the window, and hold no shop of their own.
const PARTS: [&str; 4] = [SHOP_FOLDER, super::files::FOLDER, super::backup::FOLDER, "logs"];

fn holds_shop(folder: &Path) -> bool {
    folder.join(FILE_NAME).is_file()
}

/// The folder itself, or the one in which the window keeps a shop within it.
fn shop_of(folder: &Path) -> Option<PathBuf> {
    [folder.to_owned(), folder.join(SHOP_FOLDER)].into_iter().find(|place| holds_shop(place))
}

/// The folder of the shop that is meant by `folder`; `None` where there is none in it, one level down or up.
///
/// # Errors
/// [`Error::SeveralShops`] where shops lie in several of its folders.
pub fn locate(folder: &Path) -> Result<Option<PathBuf>> {
    if let Some(shop) = shop_of(folder) {
        return Ok(Some(shop));
    }
    let part = folder.file_name().is_some_and(|name| PARTS.iter().any(|part| name == *part));
    if let Some(shop) = folder.parent().filter(|_| part).and_then(shop_of) {
        return Ok(Some(shop));
    }
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(None) };
    let mut below: Vec<PathBuf> =
        entries.flatten().map(|entry| entry.path()).filter(|path| !path.ends_with(DEMO_FOLDER)).filter_map(|path| shop_of(&path)).collect();
    below.sort_unstable();
    if below.len() > 1 {
        let name = |shop: &PathBuf| {
            file_name(shop.strip_prefix(folder).unwrap_or(shop).ancestors().find(|p| p.components().count() == 1).unwrap_or(shop))
        };
        return Err(Error::SeveralShops { folders: below.iter().map(name).collect() });
    }
    Ok(below.pop())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn shop(root: &Path, place: &str) {
        let folder = root.join(place);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(FILE_NAME), "").unwrap();
    }

    #[test]
    fn a_shop_is_found_from_the_folder_above_it_and_from_its_parts() {
        let root = tempfile::tempdir().unwrap();
        let at = |place: &str| root.path().join(place);
        shop(root.path(), "zhanggui/shop");
        shop(root.path(), "zhanggui/demo");
        let wanted = Some(at("zhanggui/shop"));
        for place in ["zhanggui/shop", "zhanggui", ".", "zhanggui/shop/backups", "zhanggui/shop/attachments", "zhanggui/logs"] {
            assert_eq!(locate(&at(place).components().collect::<PathBuf>()).unwrap(), wanted, "{place}");
        }
        shop(root.path(), "plain");
        assert_eq!(locate(&at("plain")).unwrap(), Some(at("plain")));
        assert_eq!(locate(&at("plain/shop")).unwrap(), Some(at("plain")), "as the window would name it");
        assert!(matches!(locate(root.path()), Err(Error::SeveralShops { folders }) if folders == ["plain", "zhanggui"]));
    }

    #[test]
    fn a_new_folder_holds_no_shop_whatever_lies_beside_it() {
        let root = tempfile::tempdir().unwrap();
        shop(root.path(), "one");
        std::fs::create_dir(root.path().join("two")).unwrap();
        assert_eq!(locate(&root.path().join("two")).unwrap(), None);
        assert_eq!(locate(&root.path().join("one/inner")).unwrap(), None, "somebody may keep a second one there");
        assert_eq!(locate(&root.path().join("none/at/all")).unwrap(), None);
    }
}
