namespace Aspire.Hosting.ApplicationModel;

/// <summary>What is shown of a resource before it reports itself.</summary>
public sealed class ResourceSnapshotAnnotation(CustomResourceSnapshot initialSnapshot) : IResourceAnnotation
{
    public CustomResourceSnapshot InitialSnapshot { get; } = initialSnapshot;
}
