using Microsoft.Playwright;

namespace StreamSocial.Browser.Tests;

/// <summary>The pictures in docs/images.</summary>
internal static class Pictures
{
    /// <summary>Takes a picture anew if the environment variable UPDATE_DOCS is set.</summary>
    public static async Task UpdatePictureAsync(this IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") is not { Length: > 0 })
            return;
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "StreamSocial.Aspire.sln")))
            folder = folder.Parent;
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder!.FullName, "docs", "images", name) });
    }
}
