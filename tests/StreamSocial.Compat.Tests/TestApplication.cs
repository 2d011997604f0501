using Aspire.Hosting.Orchestration;
using Microsoft.Extensions.DependencyInjection;

namespace StreamSocial.Compat.Tests;

/// <summary>An application of small real processes.</summary>
internal static class TestApplication
{
    /// <summary>Longest wait for anything; what is awaited and what was there is in the exception.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static IDistributedApplicationBuilder CreateBuilder(params string[] args)
    {
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = args, DisableDashboard = true });
        builder.Services.AddSingleton<IResourceLineSink, SilentLineSink>();
        return builder;
    }

    public static IResourceBuilder<ExecutableResource> AddShell(this IDistributedApplicationBuilder builder, string name, string script) =>
        builder.AddExecutable(name, "sh", Path.GetTempPath(), "-c", script);

    public static CustomResourceSnapshot StateOf(this DistributedApplication app, string name) =>
        app.ResourceNotifications.TryGetCurrentState(name, out var current)
            ? current.Snapshot
            : throw new InvalidOperationException($"There is no state of '{name}'.");

    public static int PidOf(this DistributedApplication app, string name) =>
        (int)app.StateOf(name).Properties.Single(p => p.Name == "executable.pid").Value!;

    public static CancellationToken Deadline() => new CancellationTokenSource(Patience).Token;
}
