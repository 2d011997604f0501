using Microsoft.Extensions.FileProviders;
using StreamSocial.Dashboard.Snapshots;

namespace StreamSocial.Dashboard.Pages;

internal static class PageEndpoints
{
    /// <summary><c>/</c> is the live page where it was built, the plain one otherwise; <c>/plain</c> is always there.</summary>
    public static void MapPages(this WebApplication app)
    {
        var index = app.Environment.WebRootFileProvider.GetFileInfo("index.html");
        app.UseStaticFiles();
        if (index.Exists)
            app.MapGet("/", (HttpRequest request) => AtFolder(request) ?? Live(index)).ExcludeFromDescription();
        else
            app.MapGet("/", (HttpRequest request, SnapshotStore store) => AtFolder(request) ?? Plain(store, hasLivePage: false)).ExcludeFromDescription();
        app.MapGet("/plain", (SnapshotStore store) => Plain(store, index.Exists)).ExcludeFromDescription();
        app.MapGet("/plain.css", () => Results.Text(PlainStyle.Css, "text/css")).ExcludeFromDescription();
    }

    /// <summary>Sends a browser that asked for the path base alone to the folder: the page's addresses are relative to it.</summary>
    private static IResult? AtFolder(HttpRequest request) =>
        request.PathBase.HasValue && !request.Path.HasValue ? Results.Redirect(request.PathBase + "/" + request.QueryString) : null;

    private static IResult Live(IFileInfo index) => Results.Stream(index.CreateReadStream(), "text/html; charset=utf-8");

    private static IResult Plain(SnapshotStore store, bool hasLivePage) =>
        Results.Content(PlainPage.Render(store.Current?.Snapshot, hasLivePage), "text/html; charset=utf-8");
}
