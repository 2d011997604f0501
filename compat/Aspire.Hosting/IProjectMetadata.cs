using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>A project of the solution; the build of the AppHost makes one <c>Projects.*</c> class for each that it references.</summary>
public interface IProjectMetadata : IResourceAnnotation
{
    string ProjectPath { get; }

    /// <summary>The assembly to run. Only here: Aspire asks the SDK for it at run time.</summary>
    string? TargetPath => null;
}
