using System.Globalization;

namespace StreamSocial.AppHost.Control;

/// <summary>One resource; what is not known is null.</summary>
internal sealed record ResourceDocument(
    string Name, string? Type, string? State, string? Health, int? ExitCode, int? Pid, IReadOnlyList<string> Urls)
{
    public static ResourceDocument Of(IResource resource, ResourceNotificationService notifications)
    {
        if (!notifications.TryGetCurrentState(resource.Name, out var current))
            return new ResourceDocument(resource.Name, null, null, null, null, null, []);

        var snapshot = current.Snapshot;
        return new ResourceDocument(
            resource.Name,
            snapshot.ResourceType,
            snapshot.State?.Text,
            snapshot.HealthStatus?.ToString(),
            snapshot.ExitCode,
            PidOf(snapshot),
            [.. snapshot.Urls.Select(url => url.Url)]);
    }

    private static int? PidOf(CustomResourceSnapshot snapshot) =>
        int.TryParse(
            Convert.ToString(snapshot.Properties.FirstOrDefault(p => p.Name == "executable.pid")?.Value, CultureInfo.InvariantCulture),
            CultureInfo.InvariantCulture,
            out var pid) ? pid : null;
}
