namespace Aspire.Hosting.ApplicationModel;

/// <summary>All resources of the application.</summary>
public sealed class DistributedApplicationModel(IResourceCollection resources)
{
    public IResourceCollection Resources { get; } = resources;
}
