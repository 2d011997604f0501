namespace Aspire.Hosting;

public sealed class DistributedApplicationOptions
{
    public string[]? Args { get; set; }

    /// <summary>Name of the AppHost's assembly; default the process's entry assembly.</summary>
    public string? AssemblyName { get; set; }

    /// <summary>No Aspire dashboard.</summary>
    public bool DisableDashboard { get; set; }

    /// <summary>Whether the resources' lines go to the AppHost's log as well; the console shows them anyway, unless this is a test.</summary>
    public bool EnableResourceLogging { get; set; }

    public bool AllowUnsecuredTransport { get; set; }
}
