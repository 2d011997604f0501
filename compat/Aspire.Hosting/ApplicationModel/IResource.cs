namespace Aspire.Hosting.ApplicationModel;

/// <summary>Something that the application consists of.</summary>
public interface IResource
{
    string Name { get; }

    ResourceAnnotationCollection Annotations { get; }
}
