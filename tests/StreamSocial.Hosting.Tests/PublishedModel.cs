using System.Text.Json;
using Aspire.Hosting;

namespace StreamSocial.Hosting.Tests;

/// <summary>An application model that is published instead of run: what needs a container runtime can be checked without one.</summary>
internal static class PublishedModel
{
    public static IDistributedApplicationBuilder CreateBuilder(params string[] args) =>
        DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = ["--operation", "publish", "--publisher", "manifest", .. args], DisableDashboard = true });

    /// <summary>The resources of the manifest.</summary>
    public static async Task<JsonElement> PublishAsync(Action<IDistributedApplicationBuilder> declare, params string[] args)
    {
        var file = Path.Combine(Path.GetTempPath(), $"manifest-{Guid.NewGuid():N}.json");
        try
        {
            var builder = CreateBuilder([.. args, "--output-path", file]);
            declare(builder);
            await using (var application = builder.Build())
                await application.RunAsync(TestContext.Current.CancellationToken);
            using var manifest = JsonDocument.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
            return manifest.RootElement.GetProperty("resources").Clone();
        }
        finally
        {
            File.Delete(file);
        }
    }
}
