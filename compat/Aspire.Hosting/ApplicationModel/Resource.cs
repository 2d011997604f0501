namespace Aspire.Hosting.ApplicationModel;

/// <summary>Base of all resources.</summary>
public abstract class Resource(string name) : IResource
{
    public string Name { get; } = ResourceName.Validated(name);

    public ResourceAnnotationCollection Annotations { get; } = [];
}
